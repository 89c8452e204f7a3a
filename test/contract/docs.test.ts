import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { apiTables } from "../../scripts/docs/actions.ts";
import { repositoryDocs } from "../../scripts/docs/repository-docs.ts";
import { root } from "./committed.ts";

const docs = await repositoryDocs(root);

test.for(docs.map(({ path, content }) => [path, content] as const))(
  "%s is what its sources make today",
  async ([path, content]) => {
    expect(await readFile(`${root}${path}`, "utf8"), `run scripts/docs.ts: ${path} is out of date`).toBe(content);
  },
);

test("schemas, field tables, action pages and the index of actions are generated", () => {
  expect(docs.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "tenants/schema.json",
      "tenants/README.md",
      "tenants/COMMANDS.md",
      "infra/tiers/schema.json",
      "infra/environments/schema.json",
      "actions/README.md",
      "actions/plan/README.md",
    ]),
  );
});

test("an action's table keeps its form whatever its descriptions say", () => {
  const action = {
    folder: "mend",
    name: "mend",
    description: "Mends it.",
    inputs: { what: { description: "One | two\nlines.", required: true } },
    outputs: { end: { description: "How it ended." } },
    runs: { using: "node24", main: "dist/index.js" },
  };
  expect(apiTables(action)).toBe(
    `| Input | Required | Default | Meaning |
|---|---|---|---|
| \`what\` | yes |  | One \\| two lines. |

| Output | Meaning |
|---|---|
| \`end\` | How it ended. |

`,
  );
});
