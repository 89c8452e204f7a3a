import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toDeclarations } from "../../actions/lib/adapters/files/declarations.ts";
import { raiseRelease } from "../../actions/lib/adapters/files/raise-release.ts";
import { readRepository } from "../../actions/lib/adapters/files/repository.ts";
import type { Proposals } from "../../actions/lib/ports/proposals.ts";
import { releasePull } from "../../actions/lib/report/release-pull.ts";
import { type ReleaseEnd, release } from "../../actions/release/release.ts";
import { repositoryWith, sourceFile, standardTenant } from "../fixtures/tenants/repository.ts";

const root = new URL("../../", import.meta.url).pathname;
const template = sourceFile("infra/tenant/tenant.yml", readFileSync(`${root}infra/tenant/tenant.yml`, "utf8"));

interface Pull {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Pull requests by branch, as GitHub keeps them: one open one for each. */
function pulls(): { readonly open: Map<string, Pull>; readonly proposals: Proposals } {
  const open = new Map<string, Pull>();
  return {
    open,
    proposals: {
      propose: async (pull) => {
        const outcome = open.has(pull.branch) ? "updated" : "opened";
        open.set(pull.branch, pull);
        return { number: [...open.keys()].indexOf(pull.branch) + 1, url: `https://pull/${pull.branch}`, outcome };
      },
    },
  };
}

const files = { "tenants/pinned-d.yml": standardTenant("pinned-d", "release: v1.3.0\n") };

async function proposed(
  name: string,
  target: { readonly environment?: string; readonly tenant?: string },
  github = pulls(),
): Promise<{ readonly end: ReleaseEnd; readonly pull: Pull | undefined }> {
  const declarations = toDeclarations(readRepository([...repositoryWith(files), template]));
  const end = await release(
    { release: name, target, declarations, by: "alice" },
    { proposals: github.proposals, raise: (file, to) => raiseRelease(root, file, to), describe: releasePull },
  );
  return { end, pull: [...github.open.values()].at(-1) };
}

describe("a release for an environment", () => {
  test("changes one line of its file and leaves every comment where it is", async () => {
    const { end, pull } = await proposed("v1.5.0", { environment: "production" });
    const before = readFileSync(`${root}infra/environments/production.yml`, "utf8").split("\n");
    const after = pull?.files["infra/environments/production.yml"]?.split("\n") ?? [];

    expect(end).toMatchObject({ outcome: "opened" });
    expect(pull).toMatchObject({ branch: "release/environment-production", title: "Release v1.5.0 to production" });
    expect(after.filter((line, index) => line !== before[index])).toEqual(["release: v1.5.0"]);
    expect(after).toHaveLength(before.length);
  });

  test("names the tenants that stay because they pin a release", async () => {
    const { end, pull } = await proposed("v1.5.0", { environment: "production" });

    expect(end.proposal.moves).not.toContain("pinned-d");
    expect(pull?.body).toContain("pinned-d (v1.3.0)");
  });

  test("that arrives while an older one waits takes its place in the same pull request", async () => {
    const github = pulls();
    await proposed("v1.5.0", { environment: "production" }, github);
    const { end } = await proposed("v1.6.0", { environment: "production" }, github);

    expect(end.outcome).toBe("updated");
    expect([...github.open.values()].map(({ title }) => title)).toEqual(["Release v1.6.0 to production"]);
  });

  test("that is written there already opens nothing", async () => {
    const { end, pull } = await proposed("v1.4.0", { environment: "production" });

    expect(end.outcome).toBe("unchanged");
    expect(pull).toBeUndefined();
  });
});

test("a release for one tenant pins it in the tenant's file", async () => {
  const { end, pull } = await proposed("v1.5.0", { tenant: "clinic-b" });

  expect(end.proposal).toMatchObject({ kind: "tenant", from: "v1.4.0", moves: ["clinic-b"] });
  expect(pull?.branch).toBe("release/tenant-clinic-b");
  expect(pull?.files["tenants/clinic-b.yml"]).toMatch(/^release: v1\.5\.0$/m);
});

test.for([
  [{}, "wrong-input", "either an environment or a tenant"],
  [{ environment: "production", tenant: "clinic-b" }, "wrong-input", "either an environment or a tenant"],
  [{ environment: "prodution" }, "unknown-environment", "did you mean production?"],
  [{ tenant: "clinic-c" }, "unknown-tenant", "did you mean clinic-b?"],
] as const)("%j is refused with what to do", async ([target, reasonCode, hint]) => {
  const { cause, message } = await proposed("v1.5.0", target).then(
    () => ({ cause: undefined, message: "" }),
    (error: Error & { reasonCode?: string }) => ({ cause: error.reasonCode, message: error.message }),
  );

  expect(cause).toBe(reasonCode);
  expect(message).toContain(hint);
});
