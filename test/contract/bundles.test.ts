import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { actionFiles } from "../../scripts/docs/action-file.ts";
import { root } from "./committed.ts";

/** The runner downloads and starts a bundle for every step that uses it. */
const largest = 1_500_000;

const folders = (await actionFiles(root)).map(({ folder }) => [folder] as const);

test.for(folders)("the bundle of %s is at most 1.5 MB", ([folder]) => {
  expect(statSync(`${root}actions/${folder}/dist/index.js`).size).toBeLessThanOrEqual(largest);
});

test.for(folders)("the bundle of %s carries the licences of what is in it", ([folder]) => {
  const file = `${root}actions/${folder}/dist/licenses.txt`;
  expect(existsSync(file), file).toBe(true);
  // Every action validates its inputs with zod.
  expect(readFileSync(file, "utf8")).toMatch(/^zod\nMIT\n/m);
});

test.for(folders)("the bundle of %s has no source map and nothing of the machine it was made on", ([folder]) => {
  const bundle = readFileSync(`${root}actions/${folder}/dist/index.js`, "utf8");
  expect(bundle).not.toContain("sourceMappingURL");
  expect(bundle).not.toContain(root);
});
