import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataIn } from "../../actions/lib/domain/data-resource.ts";
import { decidedTypes } from "../../actions/lib/domain/offboard.ts";

/** Type and deletion policy of each resource of the tenant template. */
function resources(): readonly { readonly name: string; readonly type: string; readonly policy: string }[] {
  const text = readFileSync(new URL("../../infra/tenant/tenant.yml", import.meta.url), "utf8");
  const inside = text.slice(text.indexOf("\nResources:"), text.indexOf("\nOutputs:"));
  return inside
    .split(/\n {2}(?=\w+:\n)/)
    .slice(1)
    .map((block) => ({
      name: block.slice(0, block.indexOf(":")),
      type: /\n {4}Type: (\S+)/.exec(block)?.[1] ?? "",
      policy: /\n {4}DeletionPolicy: (\S+)/.exec(block)?.[1] ?? "Delete",
    }));
}

const fates = { Delete: "goes", Snapshot: "snapshot", Retain: "stays", RetainExceptOnCreate: "stays" } as const;

test("what an off-boarding says becomes of data is what the template's policies do", () => {
  const told = resources().filter(({ type }) => decidedTypes.has(type));

  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ type, policy }) => decidedTypes.get(type) !== fates[policy as keyof typeof fates])).toEqual([]);
});

test("of everything in the template that holds data somebody decided what becomes of it", () => {
  expect(resources().filter(({ type }) => dataIn(type) !== "none" && !decidedTypes.has(type))).toEqual([]);
});
