import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { declarationDocs } from "../../../scripts/docs/declarations.ts";

const root = new URL("../../../", import.meta.url).pathname;

test("the schemas for editors and the tables of tenants/README.md are what the code says today", async () => {
  for (const { path, content } of await declarationDocs(root)) {
    expect(await readFile(`${root}${path}`, "utf8"), `run scripts/docs.ts: ${path} is out of date`).toBe(content);
  }
});
