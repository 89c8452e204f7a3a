import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDockerfile } from "./dockerfile.ts";
import { readTree } from "./file-tree.ts";
import { ignorer } from "./ignore.ts";
import { layerOf } from "./layer.ts";
import type { BuildLog } from "./log.ts";
import type { StageImage } from "./stage-image.ts";
import { buildStages } from "./stages.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stand-in-"));
});
afterAll(() => rm(folder, { recursive: true }));

const silent: BuildLog = { step: async (_title, work) => await work(() => undefined) };

interface Project {
  readonly files?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

async function context(files: Readonly<Record<string, string>>): Promise<string> {
  const top = await mkdtemp(join(folder, "context-"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(top, path)), { recursive: true });
    await writeFile(join(top, path), content);
  }
  return top;
}

async function image(dockerfile: string, { files = {}, target, buildArgs = {} }: Project = {}): Promise<StageImage> {
  const top = await context(files);
  return await buildStages(
    {
      dockerfile: parseDockerfile(dockerfile),
      context: readTree(top, ignorer(files[".dockerignore"] ?? "")),
      platform: "linux/amd64",
      buildArgs: new Map(Object.entries(buildArgs)),
      ...(target !== undefined && { target }),
    },
    silent,
  );
}

/** Paths of plain files in an image. */
function filesIn({ files }: StageImage): readonly string[] {
  return [...files].flatMap(([path, { kind }]) => (kind === "file" ? [path] : [])).sort();
}

/** Runs the stand-in as a command. */
function docker(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  const command = new URL("docker", import.meta.url).pathname;
  const env = { ...process.env, DOCKER_CONFIG: join(folder, "config") };
  return new Promise((resolve) => {
    execFile(command, args, { env }, (error, _stdout, stderr) =>
      resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stderr }),
    );
  });
}

test.for([
  ["a file to a name", "COPY a.txt /b.txt", ["b.txt"]],
  ["a file into a folder", "COPY a.txt /srv/", ["srv/a.txt"]],
  ["a file beside the working folder", "WORKDIR /srv\nCOPY a.txt .", ["srv/a.txt"]],
  ["what is in a folder", "COPY app /srv/app", ["srv/app/models.py", "srv/app/sub/x.py"]],
  ["several files", "COPY a.txt app/models.py /srv/", ["srv/a.txt", "srv/models.py"]],
  ["what a pattern matches", "COPY *.txt /srv/", ["srv/a.txt"]],
  ["names with spaces", 'COPY ["with space.md", "/srv/"]', ["srv/with space.md"]],
  [
    "everything but what is ignored",
    "COPY . /srv",
    ["srv/a.txt", "srv/app/models.py", "srv/app/sub/x.py", "srv/keep.pyc"],
  ],
] as const)("copies %s", async ([, instruction, expected]) => {
  const files = {
    "a.txt": "a",
    "app/models.py": "",
    "app/sub/x.py": "",
    "app/sub/x.pyc": "",
    "keep.pyc": "",
    "with space.md": "",
    ".dockerignore": "# caches\n**/*.pyc\n!keep.pyc\n.dockerignore\n*.md\n",
  };
  const project = instruction.includes("space") ? { files: { "with space.md": "" } } : { files };
  expect(filesIn(await image(`FROM scratch\n${instruction}\n`, project))).toEqual(expected);
});

test("a target takes the stages it needs, and files from another stage", async () => {
  const dockerfile = [
    "FROM scratch AS assets",
    "COPY site.css /out/site.css",
    "FROM scratch AS web",
    "COPY --from=assets --chown=1:1 /out /static",
    "FROM scratch AS never",
    "COPY does-not-exist /",
  ].join("\n");
  const built = await image(dockerfile, { files: { "site.css": "" }, target: "web" });
  expect(filesIn(built)).toEqual(["static/site.css"]);
});

test("arguments have defaults, reach FROM, and only stages that ask for them", async () => {
  const dockerfile = [
    "ARG BASE=python:3.13-slim",
    `FROM \${BASE}`,
    "ARG VERSION=1",
    "ARG TARGETARCH",
    `ENV APP_VERSION="\${VERSION}" ARCH=$TARGETARCH NONE=\${NEVER:-none}`,
    "LABEL version=$VERSION",
  ].join("\n");
  const built = await image(dockerfile, { buildArgs: { VERSION: "2" } });
  expect(built.base).toBe("python:3.13-slim");
  expect(built.config.Env.slice(1)).toEqual(["APP_VERSION=2", "ARCH=amd64", "NONE=none"]);
  expect(built.config.Labels).toEqual({ version: "2" });
});

test("an entrypoint puts the inherited command out of force, as docker has it", async () => {
  const dockerfile = ["FROM scratch AS a", 'CMD ["web"]', "FROM a AS b", "ENTRYPOINT run it"].join("\n");
  const { config } = await image(dockerfile);
  expect(config.Entrypoint).toEqual(["/bin/sh", "-c", "run it"]);
  expect(config).not.toHaveProperty("Cmd");
});

test("a continued line may have comments in it", () => {
  const [stage] = parseDockerfile("FROM scratch\nRUN one \\\n  # why\n  && two\nUSER 1\n").stages;
  expect(stage?.steps.map(({ name, text, line }) => [name, text, line])).toEqual([
    ["RUN", "one && two", 2],
    ["USER", "1", 5],
  ]);
});

test("a layer is a tar that lists its files with their modes, and the same bytes each time", async () => {
  const top = await context({ "run.sh": "echo\n", [`${"deep/".repeat(30)}file.txt`]: "x" });
  const tree = readTree(top, () => false);
  const layer = layerOf(tree);
  expect(layerOf(new Map([...tree].reverse()))).toEqual(layer);
  const tar = gunzipSync(layer.content);
  expect(tar.length % 512).toBe(0);
  expect(tar.toString("latin1")).toContain(`path=${"deep/".repeat(30)}file.txt`);
});

test.for([
  [
    "an unknown instruction",
    "FROM scratch\nUSER 1\nFORM scratch\n",
    [
      "Dockerfile:3",
      "--------------------",
      "   1 |     FROM scratch",
      "   2 |     USER 1",
      "   3 | >>> FORM scratch",
      "   4 |     ",
      "--------------------",
      "ERROR: failed to build: failed to solve: dockerfile parse error on line 3: unknown instruction: FORM (did you mean FROM?)",
    ],
  ],
  [
    "a file that is not there",
    "FROM scratch AS web\nCOPY nothing /srv\n",
    [
      "#3 [web 2/2] COPY nothing /srv",
      '#3 ERROR: failed to calculate checksum of ref context: "/nothing": not found',
      "------",
      " > [web 2/2] COPY nothing /srv:",
      "------",
      "Dockerfile:2",
      "--------------------",
      "   1 |     FROM scratch AS web",
      "   2 | >>> COPY nothing /srv",
      "   3 |     ",
      "--------------------",
      'ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref context: "/nothing": not found',
    ],
  ],
  [
    "a command that fails",
    "FROM scratch\nRUN echo compiling && exit 3\n",
    [
      "#3 [2/2] RUN echo compiling && exit 3",
      "#3 0.001 compiling",
      '#3 ERROR: process "/bin/sh -c echo compiling && exit 3" did not complete successfully: exit code: 3',
      "------",
      " > [2/2] RUN echo compiling && exit 3:",
      "0.001 compiling",
      "------",
      "Dockerfile:2",
      "--------------------",
      "   1 |     FROM scratch",
      "   2 | >>> RUN echo compiling && exit 3",
      "   3 |     ",
      "--------------------",
      'ERROR: failed to build: failed to solve: process "/bin/sh -c echo compiling && exit 3" did not complete successfully: exit code: 3',
    ],
  ],
] as const)("reports %s as BuildKit does", async ([what, dockerfile, expected]) => {
  const top = await context({ Dockerfile: dockerfile });
  const builder = `builder-${what.length}`;
  await docker("buildx", "create", "--name", builder, "--driver", "docker-container");
  const output = "type=image,name=127.0.0.1:1/mate,push=true";
  const { exitCode, stderr } = await docker("buildx", "build", "--builder", builder, "--output", output, top);
  expect(exitCode).toBe(1);
  expect(stderr.trimEnd().split("\n").slice(-expected.length)).toEqual(expected);
});

test.for([
  [["run", "alpine"], "docker run"],
  [["buildx", "bake"], "docker buildx bake"],
  [["buildx", "build", "--secret", "id=x", "."], "the flag --secret"],
  [["buildx", "build", "--builder=b", "."], 'no builder "b" found'],
] as const)("refuses docker %j aloud", async ([args, what]) => {
  const { exitCode, stderr } = await docker(...args);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(what);
});
