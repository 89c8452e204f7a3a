/** One action as a process of its own, started the way a runner starts it. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPairs } from "../runner/command-file.ts";
import { type GateCall, type Moment, openGate } from "./gate.ts";

export interface ActionRun {
  /** The file that is run: a bundle, or the source it is made from. */
  readonly program: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The rest of what a runner puts into a step's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly aws: string;
  readonly github: string;
  /** Further options for Node. */
  readonly node?: readonly string[];
  /** The call at which the process is killed with SIGKILL; undefined lets it live. */
  readonly last?: { readonly call: number; readonly when: Moment };
}

export type ActionEnd =
  | { readonly end: "killed"; readonly at: GateCall; readonly calls: readonly GateCall[] }
  | {
      readonly end: "exited";
      readonly code: number;
      readonly outputs: Readonly<Record<string, string>>;
      readonly log: string;
      readonly calls: readonly GateCall[];
    };

/** Runs an action to its end, or to the call that is its last. The checkout it works on is the folder `GITHUB_WORKSPACE`. */
export async function runAction(run: ActionRun, folder: string): Promise<ActionEnd> {
  const files = join(folder, randomUUID());
  await mkdir(files, { recursive: true });
  const output = join(files, "output");
  await Promise.all(["output", "summary"].map((name) => writeFile(join(files, name), "")));
  let killedAt: GateCall | undefined;
  let kill = (): void => {};
  const gate = await openGate({
    ...{ aws: run.aws, github: run.github },
    ...(run.last !== undefined && { last: run.last }),
    kill: (call) => {
      killedAt = call;
      kill();
    },
  });
  try {
    const child = spawn(process.execPath, [...(run.node ?? []), run.program], {
      cwd: run.environment.GITHUB_WORKSPACE,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...throughGate(run, gate),
        ...Object.fromEntries(
          Object.entries(run.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(files, "summary"),
        AWS_ENDPOINT_URL: gate.aws,
      },
    });
    kill = () => child.kill("SIGKILL");
    let log = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? 137));
    });
    const { calls } = gate;
    if (killedAt !== undefined) return { end: "killed", at: killedAt, calls };
    const outputs = Object.fromEntries(readPairs(await readFile(output, "utf8")));
    return { end: "exited", code, outputs, log, calls };
  } finally {
    await gate.close();
    await rm(files, { recursive: true, force: true });
  }
}

/** The runner's variables that hold an address of GitHub, led through the gate. */
function throughGate(
  { environment, github }: ActionRun,
  gate: { readonly github: string },
): Readonly<Record<string, string>> {
  const led = ["GITHUB_API_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"];
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      led.includes(name) ? value.replace(github, gate.github) : value,
    ]),
  );
}
