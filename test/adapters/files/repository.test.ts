import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadCommit, loadRepository, readRepository } from "../../../actions/lib/adapters/files/repository.ts";
import { formatProblem } from "../../../actions/lib/domain/problem.ts";
import { repositoryWith, sourceFile, standardTenant } from "../../fixtures/tenants/repository.ts";

const root = new URL("../../../", import.meta.url).pathname;
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

test("this repository's own files have no problems and hold a tenant of each tier", async () => {
  const { tenants, tiers, environments, templates, problems } = await loadRepository(root);
  expect(problems.map(formatProblem)).toEqual([]);
  expect([...tenants.values()].map(({ tenant }) => [tenant.name, tenant.tier])).toEqual([
    ["clinic-b", "standard"],
    ["hospital-a", "enterprise"],
    ["trial-c", "trial"],
  ]);
  expect([...tiers.keys()]).toEqual(["enterprise", "standard", "trial"]);
  expect([...environments.keys()]).toEqual(["production", "staging"]);
  expect(templates.get("infra/tenant/tenant.yml")).toContain("AWSTemplateFormatVersion");
});

test("finds the line and column of a value, and of the nearest thing around one that is not written", () => {
  const text =
    "name: x-clinic\ndisplayName: Clinic\ntier: standard\nenvironment: production\ncontact: it@clinic.org\nservices:\n  django:\n    count: { min: 1, max: 3 }\n";
  const tenant = readRepository(repositoryWith({ "tenants/x-clinic.yml": text })).tenants.get("x-clinic");
  expect(tenant?.locate(["services", "django", "count", "max"])).toEqual({ line: 8, column: 27 });
  expect(tenant?.locate(["services", "django", "count"])).toEqual({ line: 8, column: 5 });
  expect(tenant?.locate(["services", "django", "memory"])).toEqual({ line: 7, column: 3 });
  expect(tenant?.locate(["services", "beat", "cpu"])).toEqual({ line: 6, column: 1 });
  expect(tenant?.locate(["state"])).toEqual({ line: 1, column: 1 });
});

test("a tenant whose own file is wrong is not offered for deployment, its neighbours are", () => {
  const { tenants } = readRepository(
    repositoryWith({ "tenants/clinic-b.yml": standardTenant("clinic-b", "stat: x\n") }),
  );
  expect([...tenants.keys()]).toEqual(["hospital-a", "trial-c"]);
});

test("a commit reads the same as the checkout it was made from, whatever lies in the work tree later", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mate-commit-"));
  folders.push(folder);
  const files = [
    ...repositoryWith({ "tenants/ümlaut.txt": "stray" }),
    sourceFile("infra/tenant/tenant.yml", "Resources: {}\n"),
  ];
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes ?? "");
  }
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      encoding: "utf8",
    }).trim();
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  const commit = git("rev-parse", "HEAD");
  const before = await loadRepository(folder);
  await writeFile(join(folder, "tenants/hospital-a.yml"), "broken: [\n");

  const read = await loadCommit(folder, commit);

  expect([...read.tenants.values()].map(({ tenant }) => tenant)).toEqual(
    [...before.tenants.values()].map(({ tenant }) => tenant),
  );
  expect(read.problems.map(formatProblem)).toEqual([
    "tenants/ümlaut.txt:1:1: tenants/ holds <name>.yml files only; move ümlaut.txt somewhere else",
  ]);
  expect([...read.templates]).toEqual([["infra/tenant/tenant.yml", "Resources: {}\n"]]);
  await expect(loadCommit(folder, "0".repeat(40))).rejects.toThrow("git ls-tree failed");
  await expect(loadCommit(folder, "--output=x")).rejects.toThrow("git ls-tree failed");
});

test("a thousand tenants are read and checked in a second of the processor's, a wrong one among them found", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mate-fleet-"));
  folders.push(folder);
  const thousand = Object.fromEntries(
    Array.from({ length: 1000 }, (_, n) => [
      `tenants/clinic-${n}.yml`,
      standardTenant(`clinic-${n}`, `services:\n  django: { count: { min: 1, max: ${n === 500 ? 6 : 3} } }\n`),
    ]),
  );
  for (const { path, bytes } of repositoryWith(thousand)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const text = Buffer.from(bytes ?? []).toString("utf8");
    await writeFile(join(folder, path), text.replace("tenants: 100", "tenants: 2000"));
  }
  // What it costs, not how long it takes: that says what else the machine does.
  const before = process.cpuUsage();
  const { tenants, problems } = await loadRepository(folder);
  const { user, system } = process.cpuUsage(before);
  expect(problems.map(formatProblem)).toEqual([
    "tenants/clinic-500.yml:7:35: count 6 is outside the 1 to 5 of tier standard",
  ]);
  expect(tenants.size).toBe(1002);
  expect((user + system) / 1e6).toBeLessThan(1);
});
