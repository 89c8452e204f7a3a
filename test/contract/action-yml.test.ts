import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { actionFiles } from "../../scripts/docs/action-file.ts";
import { root, textOf, trackedFiles } from "./committed.ts";

interface Contract {
  readonly inputs: z.ZodObject<Readonly<Record<string, z.ZodType>>>;
  readonly outputs: readonly string[];
}

const actions = await actionFiles(root);
const tracked = new Set(trackedFiles());

test("the actions of the main path are found", () => {
  const folders = actions.map(({ folder }) => folder);
  expect(folders).toEqual(expect.arrayContaining(["apply", "changes", "migrate", "plan", "roll", "settle"]));
});

describe.for(actions)("$folder", (action) => {
  const folder = `actions/${action.folder}`;

  test("has its folder's name", () => {
    expect(action.name).toBe(action.folder);
  });

  test("takes and gives in action.yml what its contract says", async () => {
    const { inputs, outputs } = await contractOf(folder);
    expect(Object.keys(action.inputs).sort()).toEqual(Object.keys(inputs.shape).sort());
    expect(Object.keys(action.outputs).sort()).toEqual([...outputs, "reason-code"].sort());
  });

  test("needs the same inputs in action.yml and in its contract", async () => {
    const { shape } = (await contractOf(folder)).inputs;
    for (const [name, input] of Object.entries(action.inputs)) {
      const schema = shape[name];
      if (schema === undefined) throw new Error(`the contract has no input ${name}`);
      const leftOut = z.object({ [name]: schema }).safeParse({}).success;
      // The runner fills a default in, so the contract only ever sees an input left out when there is none.
      if (input.required) expect([leftOut, input.default], `${name} is required`).toEqual([false, undefined]);
      else if (input.default === undefined) expect(leftOut, `${name} may be left out`).toBe(true);
      else if (!input.default.includes("${{")) {
        expect(schema.safeParse(input.default).error, `the default of ${name} is accepted`).toBeUndefined();
      }
    }
  });

  test("runs its bundle on Node 24, and the bundle is committed", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
    expect(tracked).toContain(`${folder}/dist/index.js`);
  });

  test("describes itself and everything it takes and gives in sentences", () => {
    const said = [
      action.description,
      ...Object.values(action.inputs).map(({ description }) => description),
      ...Object.values(action.outputs).map(({ description }) => description),
    ];
    expect(said.filter((text) => !/^\S+(\s+\S+){2,}\.$/.test(text))).toEqual([]);
  });

  test("is wired in a main.ts without branches or loops", () => {
    const source = ts.createSourceFile("main.ts", textOf(`${folder}/main.ts`), ts.ScriptTarget.Latest, true);
    const wiring = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
    const lines = wiring.flatMap((statement) => statement.getText().split("\n"));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length, "lines besides the imports").toBeLessThanOrEqual(25);
    expect(branches(source)).toEqual([]);
  });

  test("has a page that says what it is for, what it needs, how to use it and its API", () => {
    const page = textOf(`${folder}/README.md`);
    const [title, ...parts] = page.split(/^(?=#{1,2} )/m);
    expect(title).toMatch(new RegExp(`^# ${action.folder}\n\n[A-Z]`));
    const sections = new Map(parts.map((part) => [part.split("\n", 1)[0], part.trim()]));
    expect([...sections.keys()].slice(-3)).toEqual(["## Needs", "## Use", "## API"]);
    expect(sections.get("## Needs")?.length).toBeGreaterThan("## Needs".length);
    expect(sections.get("## Use")).toContain(`uses: ./${folder}`);
    expect(sections.get("## API")).toContain("| Output | Meaning |");
  });
});

async function contractOf(folder: string): Promise<Contract> {
  const { contract } = (await import(resolve(root, folder, "contract.ts"))) as { readonly contract: Contract };
  return contract;
}

/** Statements and expressions that decide or repeat; `x !== undefined && { x }` in a literal passes a value on and decides nothing. */
function branches(node: ts.Node): readonly string[] {
  const here =
    ts.isIfStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isSwitchStatement(node) ||
    ts.isTryStatement(node)
      ? [node.getText().split("\n", 1)[0] ?? ""]
      : [];
  return [...here, ...node.getChildren().flatMap(branches)];
}
