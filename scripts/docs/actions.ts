/**
 * What people are told about the actions: the API tables of their pages, and the index of actions/README.md.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";
import { type ActionFile, actionFiles } from "./action-file.ts";
import type { GeneratedFile } from "./generated-file.ts";
import { between, markedSection } from "./marked-section.ts";

/**
 * The pages of all actions and their index, as they should be.
 *
 * @param root the top of the repository
 */
export async function actionDocs(root: string): Promise<readonly GeneratedFile[]> {
  const actions = await actionFiles(root);
  const callers = await callersOf(root);
  const pages = actions.map(async (action) => {
    const path = `actions/${action.folder}/README.md`;
    const page = await readFile(join(root, path), "utf8");
    return {
      path,
      content: between(page, { begin: "<!-- api -->", end: "<!-- /api -->", content: apiTables(action) }),
    };
  });
  const index = await readFile(join(root, "actions/README.md"), "utf8");
  return [
    ...(await Promise.all(pages)),
    {
      path: "actions/README.md",
      content: markedSection(index, { name: "actions", content: indexTable(actions, callers) }),
    },
  ];
}

/** Inputs and outputs of an action as Markdown tables. */
export function apiTables({ inputs, outputs }: ActionFile): string {
  const rows = Object.entries(inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.required ? "yes" : ""} | ${input.default === undefined ? "" : `\`${cell(input.default)}\``} | ${cell(input.description)} |`,
  );
  const inputTable =
    rows.length === 0
      ? ["It has no inputs."]
      : ["| Input | Required | Default | Meaning |", "|---|---|---|---|", ...rows];
  const outputRows = Object.entries(outputs).map(([name, { description }]) => `| \`${name}\` | ${cell(description)} |`);
  return [...inputTable, "", "| Output | Meaning |", "|---|---|", ...outputRows, "", ""].join("\n");
}

function indexTable(actions: readonly ActionFile[], callers: ReadonlyMap<string, readonly string[]>): string {
  const rows = actions.map(({ folder, description }) => {
    const files = callers.get(folder) ?? [];
    const links = files.map((file) => `[${file}](../.github/workflows/${file})`);
    return `| [${folder}](${folder}/README.md) | ${cell(description)} | ${links.join(", ")} |`;
  });
  return ["| Action | What it does | Called by |", "|---|---|---|", ...rows, ""].join("\n");
}

/** Action → file names of the workflows with a step that uses it. */
async function callersOf(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = join(root, ".github/workflows");
  const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  const calls = await Promise.all(
    files.map(async (file) => {
      const { jobs } = workflow.parse(load(await readFile(join(folder, file), "utf8")));
      const used = Object.values(jobs).flatMap(({ steps }) => steps.map(({ uses }) => uses));
      return used.flatMap((uses) => {
        const action = /^[.$]\/actions\/([^/@]+)$/.exec(uses ?? "")?.[1];
        return action === undefined ? [] : [{ action, file }];
      });
    }),
  );
  const byAction = Map.groupBy(calls.flat(), ({ action }) => action);
  return new Map([...byAction].map(([action, of]) => [action, [...new Set(of.map(({ file }) => file))]]));
}

const workflow = z.object({
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ uses: z.string().optional() })).default([]) })),
});

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").trim();
}
