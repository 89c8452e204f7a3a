import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { loadRepository, readRepository } from "../../../actions/lib/adapters/files/repository.ts";
import { formatProblem } from "../../../actions/lib/domain/problem.ts";
import { repositoryWith, sourceFile, standardTenant } from "../../fixtures/tenants/repository.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const problemsOf = (content: string | Uint8Array): readonly string[] => {
  const files = [...repositoryWith({}), sourceFile("tenants/x.yml", content)];
  return readRepository(files).problems.map(formatProblem);
};

const base = standardTenant("x-clinic");

test.for([
  [
    "anchors",
    "tags: &all { a: b }",
    "6:7: anchors are not supported here; remove &all and write the value where it is used",
  ],
  ["merge keys", "tags: { <<: { a: b } }", "6:9: merge keys are not supported here; write the values out"],
  ["duplicate keys", "name: other", '6:1: key "name" is written twice; keep one'],
  ["duplicate keys in quotes", '"name": other', '6:1: key "name" is written twice; keep one'],
  ["prototype keys", "__proto__: { tier: trial }", "6:1: __proto__ is not a key anything here has; remove it"],
  [
    "deep prototype keys",
    "tags: { __proto__: { polluted: yes } }",
    "6:9: __proto__ is not a key anything here has; remove it",
  ],
  [
    "inherited words as keys",
    "constructor: 1",
    '6:1: unknown key "constructor" (known here: name, displayName, tier, environment, contact, sso, state, release, subdomain, services, database, redis, storage, monthlyBudgetUsd, logRetentionDays, allowDestruction, tags)',
  ],
  ["standard tags", "release: !!str 1", '6:10: tags are not supported here; remove "!!str"'],
  ["custom tags", "release: !Sub v1", '6:10: tags are not supported here; remove "!Sub"'],
  ["a second document", "---\nname: y", "6:1: a file holds one document; split the rest into files of their own"],
  ["keys that are lists", "? [a, b]\n: c", "6:3: a key must be a word"],
  ["tabs", "tags:\n\ta: b", "7:1: not valid YAML: tab characters must not be used in indentation"],
  [
    "line breaks and invisible characters in what it quotes",
    "subdomain: a\u202eb\n\n  ::error::c",
    '6:12: subdomain must be one DNS label of lowercase letters, digits and hyphens, got "a\\u202eb\\n::error::c"',
  ],
  ["control characters", "tags: { a: \u0007 }", "6:12: not valid YAML: the stream contains non-printable characters"],
  ["deep nesting", `tags: ${"[".repeat(40_000)}`, "6:18: not valid YAML: nesting exceeded maxDepth (12)"],
] as const)("refuses %s", ([, more, problem]) => {
  expect(problemsOf(`${base}${more}\n`)).toEqual([`tenants/x.yml:${problem}`]);
});

test("refuses an alias bomb at its anchors and aliases without expanding it", () => {
  const bomb = `a: &a [x, x]\n${"bcdefgh"
    .split("")
    .map((letter, depth) => `${letter}: &${letter} [*${"abcdefg"[depth]}, *${"abcdefg"[depth]}]`)
    .join("\n")}\n`;
  const found = problemsOf(bomb);
  expect(found.filter((problem) => problem.includes("aliases are not supported"))).toHaveLength(14);
  expect(found.filter((problem) => problem.includes("anchors are not supported"))).toHaveLength(8);
});

test.for([
  ["a byte order mark", `\ufeff${base}`, "1:1: the file starts with a byte order mark; save it as UTF-8 without one"],
  [
    "bytes that are no UTF-8",
    new Uint8Array([...new TextEncoder().encode(base), 0x61, 0xff, 0xfe]),
    "6:2: the file is not UTF-8 from here on; save it as UTF-8",
  ],
  ["an empty file", "", "1:1: the file is empty"],
  ["only comments", "# nothing\n", "1:1: the file is empty"],
  ["a list", "- name: x\n", '1:1: the file must be a mapping (key: value), got [{"name":"x"}]'],
  ["a word", "tenant\n", '1:1: the file must be a mapping (key: value), got "tenant"'],
  [
    "a YAML directive",
    `%YAML 1.1\n---\n${base}`,
    "1:1: YAML directives (%YAML, %TAG) are not supported here; remove them",
  ],
] as const)("refuses %s", ([, content, problem]) => {
  expect(problemsOf(content)).toEqual([`tenants/x.yml:${problem}`]);
});

test("a file of a megabyte is refused by its size alone", async () => {
  const root = await checkout();
  await writeFile(join(root, "tenants/x.yml"), `${base}# ${"x".repeat(1_000_000)}\n`);
  expect((await loadRepository(root)).problems.map(formatProblem)).toEqual([
    "tenants/x.yml:1:1: the file has 977 KiB and may have 64; nothing in it was read",
  ]);
});

test("links are not followed, neither files nor folders", async () => {
  const root = await checkout();
  await symlink("/etc/hostname", join(root, "tenants/x.yml"));
  await rm(join(root, "infra/environments"), { recursive: true });
  await symlink("/etc", join(root, "infra/environments"));
  const found = (await loadRepository(root)).problems.map(formatProblem);
  expect(found).toContain("tenants/x.yml:1:1: this must be a file, not a link or anything else; put the content here");
  expect(found).toContain(
    "infra/environments:1:1: infra/environments is a link; infra/environments/ must be a real folder",
  );
});

test("any text whatsoever is read without an exception, and every problem is inside its file", () => {
  const around = repositoryWith({});
  const word = fc.constantFrom(
    ...": - { } [ ] , & * ! | > ' \" % @ ` # ? \n \t \r name tier <<: __proto__ constructor 1 ~ é 𝕏".split(" "),
    " ",
    "\n",
    "\n  ",
  );
  const yamlish = fc
    .array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 60 })
    .map((words) => words.join(""));
  const whole = `${base}${readFileSync(new URL("../../../tenants/hospital-a.yml", import.meta.url), "utf8")
    .split("\n")
    .slice(6)
    .join("\n")}`;
  const spoilt = fc
    .tuple(fc.nat(whole.length), yamlish)
    .map(([at, text]) => whole.slice(0, at) + text + whole.slice(at));
  fc.assert(
    fc.property(fc.oneof(yamlish, spoilt), (text) => {
      const lines = text.split(/\r\n|\n|\r/).length;
      const { problems } = readRepository([...around, sourceFile("tenants/x.yml", text)]);
      for (const { file, line, column, message } of problems.filter((problem) => problem.file === "tenants/x.yml")) {
        expect({
          file,
          line: line >= 1 && line <= lines,
          column: column >= 1,
          oneLine: !/[\r\n]/.test(message),
        }).toEqual({ file, line: true, column: true, oneLine: true });
      }
    }),
    { numRuns: 4000 },
  );
});

test("any bytes whatsoever are read without an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(readRepository([sourceFile("tenants/x.yml", bytes)]).tenants.size).toBe(0);
    }),
    { numRuns: 500 },
  );
});

async function checkout(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "mate-files-"));
  folders.push(root);
  for (const { path, bytes } of repositoryWith({})) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), bytes ?? "");
  }
  return root;
}
