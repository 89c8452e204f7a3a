/** `scripts/bed` as a process: what it prints, what it refuses, and that its faults and its seed work. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { faultWords } from "../faults/fault-option.ts";

const cli = join(import.meta.dirname, "..", "cli.ts");
const node = join(import.meta.dirname, "..", "..", "..", "node_modules", "node", "bin", "node");
const run = promisify(execFile);

interface Started {
  readonly aws: string;
  readonly github: string;
  readonly seed: string;
  readonly environment: Readonly<Record<string, string>>;
}

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
});

async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(node, [cli, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", () => reject(new Error("it ended before it said where it is")));
  });
  return JSON.parse(line) as Started;
}

/** What STS answers so many times in a row. */
async function answers(bed: Started, times: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < times; turn += 1) statuses.push(await status(bed));
  return statuses;
}

async function status(bed: Started): Promise<number> {
  const response = await fetch(bed.aws, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=${bed.environment.AWS_ACCESS_KEY_ID}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  await response.arrayBuffer();
  return response.status;
}

test("the same seed gives the same faults to the same calls, in another process too; another seed others", async () => {
  const throttled = async (seed: string) =>
    answers(await start("--seed", seed, "--fault", "throttling,percent=50,service=sts"), 24);
  const first = await throttled("run-4711");
  expect(first).toContain(200);
  expect(first).toContain(400);
  expect(await throttled("run-4711")).toEqual(first);
  expect(await throttled("run-4712")).not.toEqual(first);
});

test("faults add up, and the seed is printed with them", async () => {
  const bed = await start(
    ...["--fault", "error,code=InternalFailure,status=503,nth=2,service=sts"],
    ...["--fault", '{"kind":"error","code":"Broken","status":418,"nth":3}'],
    ...["--fault", "github-error,status=502,path=/rehearsal,nth=1"],
  );
  expect(bed.seed).toBe("bed");
  expect(await answers(bed, 4)).toEqual([200, 503, 418, 200]);
  const repository = () =>
    fetch(`${bed.environment.GITHUB_API_URL}/repos/you/rehearsal`, {
      headers: { authorization: `Bearer ${bed.environment.GITHUB_TOKEN}` },
    });
  expect([(await repository()).status, (await repository()).status]).toEqual([502, 200]);
});

describe("help", () => {
  test("names every fault, and every form it shows is taken", async () => {
    const { stdout } = await run(node, [cli, "--help", "faults"]);
    for (const word of Object.keys(faultWords)) expect(stdout).toContain(`\n  ${word}`);
    const forms = Object.values(faultWords).map(({ form }) => form.replaceAll(/[[\]]/g, "").replaceAll(/\|[^,]+/g, ""));
    const bed = await start(...forms.flatMap((form) => ["--fault", form]));
    expect(bed.aws).toMatch(/^http/);
  });

  test.for([
    [["--fault", "throttling,percent=200"], /percent: .*it is written throttling,percent=5/],
    [["--fault", "trottling,percent=2"], /there is no fault trottling; there is throttling, latency/],
    [["--fault", "crash,family"], /family is not name=value/],
    [["--speed", "0"], /--speed must be a number of at least 1, got 0/],
  ] as const)("%j is refused with what is wrong", async ([args, reason]) => {
    await expect(run(node, [cli, ...args])).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(reason) });
  });
});
