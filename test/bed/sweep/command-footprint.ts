/** What a command left behind: the tenant, every record about it, what is said on the pull request, and what git is asked to say. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { operationOf } from "../../../actions/lib/domain/command/operation-id.ts";
import type { Facts, Footprint, Subject } from "./footprint.ts";
import { plainText } from "./plain-text.ts";
import { recordsAbout } from "./records-about.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";
import { tenantHistory } from "./tenant-history.ts";
import { tenantState } from "./tenant-state.ts";

/** @param comments ids of the comments that asked for it */
export async function commandFootprint(
  stage: SweepStage,
  subject: Subject,
  comments: readonly number[],
): Promise<Footprint> {
  const said = sayings(stage, comments);
  return {
    state: {
      ...(await tenantState(stage, subject)),
      records: await recordsAbout(stage, subject, comments.map(operationOf)),
      "replies as they end": said.map((text) => plainText(text, subject)),
      "what git is asked to say": await recordingPulls(stage, subject),
    },
    history: await commandHistory(stage, subject),
  };
}

/** What was ever done to a tenant, started workflows included. */
export async function commandHistory(stage: SweepStage, subject: Subject): Promise<Facts> {
  const starts = stage.github.events
    .all()
    .filter(({ name, payload }) => name === "workflow_dispatch" && JSON.stringify(payload).includes(subject.tenant))
    .map(({ payload }) => `${payload.workflow}`);
  // Deployments reconcile: one that is started twice finds nothing to do the second time.
  return { ...(await tenantHistory(stage, subject)), "workflows started for the tenant": [...new Set(starts)] };
}

/** The replies to these comments, whoever's they are. */
function sayings({ github }: SweepStage, comments: readonly number[]): readonly string[] {
  const all = [...github.repository(repositoryName).comments.values()].map(({ body }) => body);
  return comments.flatMap((comment) =>
    all.filter((body) => body.trimEnd().endsWith(`<!-- mate:command ${comment} -->`)),
  );
}

async function recordingPulls({ github }: SweepStage, subject: Subject): Promise<readonly string[]> {
  const { issues, dir } = github.repository(repositoryName);
  const file = `tenants/${subject.tenant}.yml`;
  const own = [...issues.values()].flatMap(({ title, state, pull }) =>
    pull !== undefined && title.includes(subject.tenant) ? [{ title, state, pull }] : [],
  );
  const read = async ({ title, state, pull }: (typeof own)[number]): Promise<string> => {
    const shown = await promisify(execFile)("git", ["-C", dir, "show", `${pull.headSha}:${file}`]);
    const count = await promisify(execFile)("git", [
      "-C",
      dir,
      "rev-list",
      "--count",
      `${pull.baseSha}..${pull.headSha}`,
    ]);
    return plainText(`${state} ${count.stdout.trim()} commit(s) ${title}: ${shown.stdout}`, subject);
  };
  return await Promise.all(own.map(read));
}
