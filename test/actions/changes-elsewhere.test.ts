/** A tenant's file that says another environment than the one its data is in, merged past the check of its plan. */
import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { changes, type DueCell, type DueChanges } from "../../actions/changes/changes.ts";
import { elsewhereInWords } from "../../actions/changes/elsewhere.ts";
import { toDeclarations } from "../../actions/lib/adapters/files/declarations.ts";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import { inDoubt, settledKey } from "../../actions/lib/domain/settled.ts";
import type { Stack } from "../../actions/lib/domain/stack.ts";
import { memoryRecords } from "../fixtures/memory-records.ts";
import type { Files } from "../fixtures/rehearsal.ts";
import { plainEnvironment, smallFleet } from "../fixtures/small-fleet.ts";
import { repositoryWith, sourceFile, standardTenant } from "../fixtures/tenants/repository.ts";

const staging = plainEnvironment({ release: "v1.4.0" })
  .replace("name: production", "name: staging")
  .replace("mate.example.com", "staging.mate.example.com");
const inStaging = (name: string): string =>
  standardTenant(name).replace("environment: production", "environment: staging");

/** Of these files clinic-a is in production by what it settled with, and in staging by its file. */
const moved: Files = smallFleet({
  "infra/environments/staging.yml": staging,
  "tenants/clinic-a.yml": inStaging("clinic-a"),
  "tenants/clinic-c.yml": inStaging("clinic-c"),
});

const path = "infra/tenant/tenant.yml";
const template = sourceFile(path, readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));

let records: Readonly<Record<string, ReturnType<typeof memoryRecords>>>;
beforeEach(() => {
  records = { production: memoryRecords(), staging: memoryRecords() };
});

async function due(tenant?: string): Promise<DueChanges> {
  const declarations = toDeclarations(readRepository([...repositoryWith(moved), template]));
  expect(declarations.problems).toEqual([]);
  return await changes(
    { declarations, ...(tenant !== undefined && { tenant }) },
    {
      cells: (environment) =>
        ({
          environment,
          records: records[environment.name],
          stacks: { find: async (name: string) => ({ name, outputs: {} }) as unknown as Stack },
          images: { find: async () => `sha256:${"a".repeat(64)}` },
        }) as unknown as DueCell,
      clock: { now: () => new Date("2026-11-27T10:00:00Z"), sleep: async () => {} },
      progress: { say: () => {} },
    },
  );
}

test.for([
  ["settled", "1f0c"],
  ["was begun and never settled", inDoubt],
] as const)(
  "where it %s: it is not made anew, empty, where its file says, nor removed; others are deployed",
  async ([, fingerprint]) => {
    await records.production?.put(settledKey("clinic-a", fingerprint), {});

    const found = await due();

    expect(found.waves).toMatchObject([{ environment: "staging", tenants: ["clinic-c"] }]);
    expect(found.offboard).toEqual([]);
    expect(found).toMatchObject({
      ...{ settled: 0, tenants: 2 },
      elsewhere: [{ tenant: "clinic-a", environment: "staging", lives: "production" }],
    });
    expect(elsewhereInWords(found.elsewhere)).toContain("put environment: production back");
    expect(await due("clinic-a")).toMatchObject({ waves: [], elsewhere: [{ tenant: "clinic-a" }] });
  },
);

test("once it has left the other environment it is a tenant like any other that comes", async () => {
  const found = await due();

  expect(found.waves).toMatchObject([{ environment: "staging", tenants: ["clinic-a", "clinic-c"] }]);
  expect([found.elsewhere, elsewhereInWords(found.elsewhere)]).toEqual([[], ""]);
});
