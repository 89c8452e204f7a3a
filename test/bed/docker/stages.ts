/** Builds the stages of a Dockerfile that a target needs. */
import { posix } from "node:path";
import { copiedFiles } from "./copy.ts";
import { type Dockerfile, DockerfileProblem, type Instruction, type Stage } from "./dockerfile.ts";
import { notInStandIn } from "./failure.ts";
import { type FileTree, parents } from "./file-tree.ts";
import { healthCheck } from "./health-check.ts";
import type { BuildLog } from "./log.ts";
import { rehearseRun } from "./rehearse-run.ts";
import { type ContainerConfig, emptyImage, type StageImage, withConfig, withFiles } from "./stage-image.ts";
import { expand, jsonForm, leadingFlags, pairs, split } from "./words.ts";

export interface StagesRequest {
  readonly dockerfile: Dockerfile;
  readonly context: FileTree;
  readonly target?: string;
  readonly platform: string;
  readonly buildArgs: ReadonlyMap<string, string>;
}

/** Steps that BuildKit counts; the others only change the configuration. */
const counted = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

export async function buildStages(request: StagesRequest, log: BuildLog): Promise<StageImage> {
  const { dockerfile, target } = request;
  const { stages } = dockerfile;
  const wanted = target === undefined ? stages.length - 1 : stageIndex(stages, target);
  if (wanted === -1) throw new DockerfileProblem(0, `target stage "${target}" could not be found`);
  const globals = globalArguments(request);
  const built = new Map<number, StageImage>();
  const need = async (index: number): Promise<StageImage> => {
    const image = built.get(index) ?? (await buildStage(index, { request, globals, log, need }));
    built.set(index, image);
    return image;
  };
  return await need(wanted);
}

interface Surroundings {
  readonly request: StagesRequest;
  readonly globals: ReadonlyMap<string, string>;
  readonly log: BuildLog;
  need(index: number): Promise<StageImage>;
}

async function buildStage(index: number, around: Surroundings): Promise<StageImage> {
  const { dockerfile } = around.request;
  const stage = dockerfile.stages[index] as Stage;
  const label = stage.name ?? (dockerfile.stages.length > 1 ? `stage-${index}` : "");
  const total = 1 + stage.steps.filter(({ name }) => counted.has(name)).length;
  const title = (number: number, text: string): string =>
    `[${label === "" ? "" : `${label} `}${number}/${total}] ${text}`;

  const { flags, rest } = leadingFlags(stage.from.text);
  const base = expand(split(rest)[0] ?? "", around.globals);
  if (base === "") throw new DockerfileProblem(stage.from.line, "base name should not be blank");
  const platform = expand(flags.get("platform") ?? around.request.platform, around.globals);
  const before = stageIndex(dockerfile.stages.slice(0, index), base);
  let image = before === -1 ? emptyImage(base, platform) : await around.need(before);
  if (before === -1 && base !== "scratch") await around.log.step(title(1, `FROM ${base}`), () => undefined);

  const variables = new Map(image.config.Env.map((line) => line.split(/=(.*)/s) as [string, string]));
  const stepsSet = new Set<string>();
  let number = 1;
  for (const step of stage.steps) {
    const shown = `${step.name} ${step.name === "RUN" ? step.text : expand(step.text, variables)}`;
    const work = async (say: (line: string) => void): Promise<StageImage> =>
      await apply(step, image, { ...around, stage: index, variables, stepsSet, say });
    image = counted.has(step.name) ? await around.log.step(title(++number, shown), work) : await work(() => undefined);
    stepsSet.add(step.name);
  }
  return image;
}

type Place = Surroundings & {
  readonly stage: number;
  readonly variables: Map<string, string>;
  /** Instructions this stage had before. */
  readonly stepsSet: ReadonlySet<string>;
  readonly say: (line: string) => void;
};

async function apply(step: Instruction, image: StageImage, place: Place): Promise<StageImage> {
  const text =
    step.name === "RUN" || step.name === "CMD" || step.name === "ENTRYPOINT"
      ? step.text
      : expand(step.text, place.variables);
  const set = (change: Partial<ContainerConfig>): StageImage => withConfig(image, change, `${step.name} ${text}`);
  const command = (): readonly string[] => jsonForm(text) ?? [...(image.config.Shell ?? ["/bin/sh", "-c"]), text];
  switch (step.name) {
    case "ARG":
      for (const word of split(text)) {
        const [name = "", value] = word.split(/=(.*)/s);
        const given = place.request.buildArgs.get(name) ?? value ?? place.globals.get(name);
        if (given !== undefined) place.variables.set(name, given);
      }
      return image;
    case "ENV": {
      const env = new Map(image.config.Env.map((line) => line.split(/=(.*)/s) as [string, string]));
      for (const [name, value] of pairs(text)) {
        env.set(name, value);
        place.variables.set(name, value);
      }
      return set({ Env: [...env].map(([name, value]) => `${name}=${value}`) });
    }
    case "LABEL":
      return set({ Labels: { ...image.config.Labels, ...Object.fromEntries(pairs(text)) } });
    case "MAINTAINER":
      return set({ Labels: { ...image.config.Labels, maintainer: text } });
    case "WORKDIR": {
      const folder = posix.resolve(image.config.WorkingDir, text);
      const made = [...parents(`${folder.slice(1)}/x`)].filter((path) => path !== "" && !image.files.has(path));
      const files = new Map(made.map((path) => [path, { kind: "folder", mode: 0o755 } as const]));
      return { ...withFiles(image, files, `WORKDIR ${text}`), config: { ...image.config, WorkingDir: folder } };
    }
    case "USER":
      return set({ User: text });
    case "EXPOSE": {
      const ports = split(text).map((port) => [port.includes("/") ? port : `${port}/tcp`, {}] as const);
      return set({ ExposedPorts: { ...image.config.ExposedPorts, ...Object.fromEntries(ports) } });
    }
    case "VOLUME": {
      const volumes = (jsonForm(text) ?? split(text)).map((volume) => [volume, {}] as const);
      return set({ Volumes: { ...image.config.Volumes, ...Object.fromEntries(volumes) } });
    }
    case "CMD":
      return set({ Cmd: command() });
    case "ENTRYPOINT": {
      const changed = set({ Entrypoint: command() });
      if (place.stepsSet.has("CMD")) return changed;
      // An entrypoint puts the inherited command out of force.
      const { Cmd: _inherited, ...config } = changed.config;
      return { ...changed, config };
    }
    case "HEALTHCHECK":
      return set({ Healthcheck: healthCheck(text) });
    case "STOPSIGNAL":
      return set({ StopSignal: text });
    case "SHELL":
      return set({ Shell: command() });
    case "RUN":
      rehearseRun(step, place.say);
      return { ...withFiles(image, new Map(), `RUN ${step.text}`), isPartial: true };
    case "COPY":
    case "ADD":
      return await copy(step, image, { ...place, text });
    default:
      throw notInStandIn(`the instruction ${step.name}`);
  }
}

async function copy(
  step: Instruction,
  image: StageImage,
  place: Place & { readonly text: string },
): Promise<StageImage> {
  const { flags, rest } = leadingFlags(place.text);
  for (const flag of flags.keys()) {
    if (!["from", "chown", "chmod", "link"].includes(flag)) throw notInStandIn(`the flag --${flag} of ${step.name}`);
  }
  const words = jsonForm(rest) ?? split(rest);
  const [sources, destination] = [words.slice(0, -1), words.at(-1)];
  if (destination === undefined || sources.length === 0) {
    throw new DockerfileProblem(
      step.line,
      `dockerfile parse error on line ${step.line}: ${step.name} requires at least two arguments, but only ${words.length} was provided. Destination could not be determined`,
    );
  }
  const name = flags.get("from");
  const { stages } = place.request.dockerfile;
  const index = name === undefined ? -1 : stageIndex(stages.slice(0, place.stage), name);
  // Another image, like a base image, counts as one whose files are not known.
  const other =
    name === undefined ? { files: place.request.context, isPartial: false } : emptyImage(name, image.platform);
  const mode = flags.get("chmod");
  const files = copiedFiles(
    { sources, destination, instruction: step, ...(mode !== undefined && { mode }) },
    index === -1 ? other : await place.need(index),
    image,
  );
  return withFiles(image, files, `${step.name} ${place.text}`);
}

/** By name or by number; -1 if there is none. */
function stageIndex(stages: readonly Stage[], name: string): number {
  const named = stages.findIndex((stage) => stage.name === name.toLowerCase());
  return named === -1 && /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : named;
}

function globalArguments({ dockerfile, platform, buildArgs }: StagesRequest): ReadonlyMap<string, string> {
  const [os = "", architecture = ""] = platform.split("/");
  const values = new Map([
    ["TARGETPLATFORM", platform],
    ["TARGETOS", os],
    ["TARGETARCH", architecture],
    ["BUILDPLATFORM", platform],
    ["BUILDOS", os],
    ["BUILDARCH", architecture],
  ]);
  for (const { text } of dockerfile.globals) {
    for (const word of split(text)) {
      const [name = "", value] = word.split(/=(.*)/s);
      const given = buildArgs.get(name) ?? (value === undefined ? undefined : expand(value, values));
      if (given !== undefined) values.set(name, given);
    }
  }
  return values;
}
