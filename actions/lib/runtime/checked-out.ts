/** Which commit a workspace has checked out, read from git's own files: an action need not start a program to know it. */
import { existsSync, readFileSync } from "node:fs";

/**
 * The commit of a checkout; undefined where there is none. A run that was started again still has the commit of its event in GITHUB_SHA,
 * while its workflow may have checked out a newer one (GitHub docs, "Re-running workflows and jobs").
 *
 * @param workspace folder of the checkout
 */
export function checkedOutCommit(workspace: string): string | undefined {
  const git = `${workspace}/.git`;
  const head = read(`${git}/HEAD`);
  if (head === undefined) return undefined;
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  if (ref === undefined) return sha(head);
  return sha(read(`${git}/${ref}`)) ?? sha(packed(read(`${git}/packed-refs`), ref));
}

function packed(refs: string | undefined, ref: string): string | undefined {
  return refs
    ?.split("\n")
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(" ")[0];
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function sha(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{40}$/.test(text) ? text : undefined;
}
