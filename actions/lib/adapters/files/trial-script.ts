import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The script that makes a trial's database, as it stands in the checkout. */
export async function readTrialScript(checkout: string): Promise<string> {
  return await readFile(join(checkout, "infra/tenant/provision-trial.sql"), "utf8");
}
