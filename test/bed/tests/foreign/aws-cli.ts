/** The AWS CLI against a bed, as somebody at a terminal uses it. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AwsBed, startAwsBed } from "../../aws/bed.ts";
import { ecsControls } from "../../aws/services/ecs/controls.ts";
import { bedClock } from "../../clock.ts";

export interface CliStage {
  readonly bed: AwsBed;
  /** An empty folder, which is the CLI's home too. */
  readonly folder: string;
  /** What a command prints, as JSON. Its waiters wait in real time, so the bed is fast enough to be done when they first look. */
  aws<T = Readonly<Record<string, unknown>>>(...args: readonly string[]): Promise<T>;
  stop(): Promise<void>;
}

/** Says so when it is not. */
export function isCliInstalled(): boolean {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("skipped: the AWS CLI is not installed");
    return false;
  }
}

/**
 * Version 1 of the CLI does not listen to AWS_ENDPOINT_URL for these: it puts the old names of their hosts in its place
 * (`awscli/customizations/overridesslcommonname.py`). All others find the bed by their environment alone.
 */
export function deafTo(service: string | undefined, url: string): readonly string[] {
  return service === "rds" || service === "sqs" ? ["--endpoint-url", url] : [];
}

/** A bed on which an hour passes in a tenth of a second. */
export async function cliStage(): Promise<CliStage> {
  const bed = await startAwsBed({ clock: bedClock(36_000) });
  // The CLI takes a second to ask how a task ended, which is long after ECS forgets it.
  ecsControls(bed.world).durations.stoppedKept = 365 * 24 * 3_600_000;
  const folder = await mkdtemp(join(tmpdir(), "aws-cli-"));
  const env = { PATH: process.env.PATH, HOME: folder, AWS_PAGER: "", ...bed.environment };
  return {
    ...{ bed, folder },
    aws: async <T>(...args: readonly string[]) => {
      const all = [...deafTo(args[0], bed.url), "--output", "json", ...args];
      const { stdout } = await promisify(execFile)("aws", all, { env, cwd: folder });
      return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as T;
    },
    stop: async () => {
      await bed.stop();
      await rm(folder, { recursive: true });
    },
  };
}
