import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type KnownDrift, knownDrift } from "../../domain/drift.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { check } from "../../domain/schema.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readValue } from "./yaml-node.ts";

const path = "infra/known-drift.yml";

/**
 * The differences that nobody is told about, from the checkout at `root`.
 *
 * @throws OperatorError `file-problems` if the file is wrong: a night that hides nothing by mistake is better than one that hides all
 */
export async function loadKnownDrift(root: string): Promise<KnownDrift> {
  const parsed = parseYaml(await readFile(join(root, path), "utf8"));
  if (!parsed.ok) throw new OperatorError("file-problems", `${path}: ${parsed.faults[0]?.message ?? "not valid YAML"}`);
  const read = check(knownDrift, readValue(parsed.root));
  if (read.ok) return [...read.value.known];
  const problems = read.findings.map(({ path: at, message }) => `${at.join(".")}: ${message}`);
  throw new OperatorError("file-problems", `${path}: ${problems.join("; ")}`);
}
