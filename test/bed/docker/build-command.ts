/** `docker buildx build`: reads a Dockerfile and its context, builds an image of it, pushes it. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { assertBuilder } from "./builders.ts";
import { type Dockerfile, DockerfileProblem, parseDockerfile } from "./dockerfile.ts";
import { DockerFailure, notInStandIn } from "./failure.ts";
import { readTree } from "./file-tree.ts";
import { fields, type Parsed, parseFlags } from "./flags.ts";
import { ignorer } from "./ignore.ts";
import { buildLog, quote } from "./log.ts";
import { ociImage } from "./oci-image.ts";
import { exportCache, importCache, nameAndTag, type PushTarget, pushImage } from "./push.ts";
import { withConfig } from "./stage-image.ts";
import { buildStages } from "./stages.ts";

const flags = {
  "--builder": "value",
  "--progress": "value",
  "--platform": "value",
  "--file": "value",
  "-f": "value",
  "--target": "value",
  "--label": "values",
  "--build-arg": "values",
  "--provenance": "value",
  "--sbom": "value",
  "--cache-from": "values",
  "--cache-to": "values",
  "--output": "value",
  "--metadata-file": "value",
  "--push": "switch",
  "--tag": "value",
  "-t": "value",
} as const;

export async function buildCommand(args: readonly string[]): Promise<void> {
  const parsed = parseFlags("buildx build", args, flags);
  const one = (...names: readonly string[]): string | undefined =>
    names.flatMap((name) => parsed.values.get(name) ?? []).at(-1);
  const [context] = parsed.positional;
  if (context === undefined) throw new DockerFailure(['ERROR: docker: "docker buildx build" requires 1 argument']);
  const builder = one("--builder");
  if (builder === undefined) {
    throw new DockerFailure(["ERROR: failed to build: Attestation is not supported for the docker driver."]);
  }
  assertBuilder(builder);
  const platform = one("--platform") ?? "linux/amd64";
  if (platform.includes(",")) throw notInStandIn("builds for several platforms at once");
  const push = pushTarget(one("--output"), one("--tag", "-t"), parsed);
  const file = one("--file", "-f") ?? join(context, "Dockerfile");
  console.error(
    `#0 building with "${builder}" instance using docker-container driver (test/bed/docker: bases are empty, RUN is not executed)\n`,
  );

  let dockerfile: Dockerfile = { lines: [], globals: [], stages: [] };
  const log = buildLog({ name: basename(file), lines: () => dockerfile.lines });
  try {
    const text = readDockerfile(file);
    dockerfile = { ...dockerfile, lines: text.split(/\r?\n/) };
    await log.step(`[internal] load build definition from ${basename(file)}`, (say) =>
      say(`transferring dockerfile: ${text.length}B done`),
    );
    dockerfile = parseDockerfile(text);
    const files = readTree(context, ignorer(ignoreFile(context)));
    await log.step("[internal] load build context", (say) => say(`transferring context: ${files.size} files done`));
    for (const from of parsed.values.get("--cache-from") ?? []) await importCache(cacheReference(from), log);
    const target = one("--target");
    const built = await buildStages(
      {
        dockerfile,
        context: files,
        platform,
        buildArgs: pairsOf(parsed, "--build-arg"),
        ...(target !== undefined && { target }),
      },
      log,
    );
    const labels = { ...built.config.Labels, ...Object.fromEntries(pairsOf(parsed, "--label")) };
    const labelled = withConfig(built, { Labels: labels }, "LABEL of the command line");
    const repository = push.name.slice(push.name.indexOf("/") + 1);
    const image = ociImage(labelled, { repository, target: target ?? "" });
    await pushImage(image, push, log);
    for (const to of parsed.values.get("--cache-to") ?? []) {
      const errors = fields(to).get("ignore-error") === "true" ? "ignored" : "fatal";
      await exportCache(image, { reference: cacheReference(to), errors }, log);
    }
    const metadata = one("--metadata-file");
    if (metadata !== undefined) {
      const described = { "containerimage.digest": image.index.digest, "image.name": push.name };
      writeFileSync(metadata, JSON.stringify(described, undefined, 2));
    }
  } catch (error) {
    if (!(error instanceof DockerfileProblem)) throw error;
    const { line, message } = error;
    const excerpt = line === 0 ? [] : quote(basename(file), dockerfile.lines, { line, lastLine: line });
    throw new DockerFailure([...excerpt, `ERROR: failed to build: failed to solve: ${message}`]);
  }
}

function pushTarget(output: string | undefined, tag: string | undefined, { values }: Parsed): PushTarget {
  if (output !== undefined) {
    const of = fields(output);
    const name = of.get("name");
    if (of.get("type") !== "image" || of.get("push") !== "true" || name === undefined) {
      throw notInStandIn(`--output ${output}; it only pushes images`);
    }
    return of.get("push-by-digest") === "true"
      ? { name: nameAndTag(name).name }
      : { tag: "latest", ...nameAndTag(name) };
  }
  if (!values.has("--push") || tag === undefined)
    throw notInStandIn("a build that is not pushed; give --push and --tag");
  return { tag: "latest", ...nameAndTag(tag) };
}

function readDockerfile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new DockerFailure([
      `ERROR: failed to build: failed to solve: failed to read dockerfile: open ${basename(file)}: no such file or directory`,
    ]);
  }
}

function ignoreFile(context: string): string {
  try {
    return readFileSync(join(context, ".dockerignore"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return "";
  }
}

function cacheReference(text: string): string {
  const of = fields(text);
  const reference = of.get("ref");
  if (of.get("type") !== "registry" || reference === undefined) throw notInStandIn(`the cache ${text}`);
  return reference;
}

function pairsOf({ values }: Parsed, flag: string): ReadonlyMap<string, string> {
  return new Map((values.get(flag) ?? []).map((text) => text.split(/=(.*)/s) as [string, string]));
}
