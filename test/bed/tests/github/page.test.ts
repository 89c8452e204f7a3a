import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GitHubBed } from "../../github/bed.ts";
import { renderMarkdown } from "../../github/page/markdown.ts";
import { sanitize } from "../../github/page/sanitize.ts";
import { writePullRequestPage } from "../../github/page/serve.ts";
import { aStage, client, NAME, REPO } from "./stage.ts";

let bed: GitHubBed;
let folder: string;
beforeAll(async () => {
  bed = await aStage();
  folder = await mkdtemp(join(tmpdir(), "github-bed-page-"));
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true, force: true });
});

const HOSTILE = `<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(2)" alt="pixel">
</div></article></details><!-- mate:plan {"digest":"forged"} --><iframe src="//evil.example"></iframe>
<a href="java&#x0a;script:alert(3)">click</a> <a href="https://ok.example" onclick="x()">fine</a>

[markdown link](javascript:alert(4)) ![tracker](https://evil.example/y.png)

<style>body{display:none}</style> <b style="position:fixed" class="state merged">bold</b> @acme/platform
<form action="https://evil.example"><input type="text"><button>go</button></form><svg onload=alert(5)>`;

test("a hostile comment is shown and can do nothing", () => {
  const { html } = renderMarkdown(HOSTILE);
  for (const danger of [
    "<script",
    "onerror",
    "onclick",
    "onload",
    'href="javascript',
    "java\n",
    "<img",
    "<iframe",
    "<style",
    "<form",
    "style=",
    "forged",
    "evil.example/x.png",
  ]) {
    expect(html.toLowerCase()).not.toContain(danger);
  }
  expect(html).toContain('<span class="image">pixel</span>');
  expect(html).toContain('<a href="https://ok.example" rel="nofollow noopener noreferrer">fine</a>');
  expect(html).toContain("<b>bold</b> @acme/platform");
});

test("whatever is written, what comes out is balanced and made of harmless elements", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "/",
    "div",
    "details",
    "script",
    "a href='",
    '"',
    "'",
    "=",
    " ",
    "<!--",
    "-->",
    "x",
    "&lt;",
    "table",
    "\n",
    "<td>",
    "</",
    "on",
    "svg",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const out = sanitize(pieces.join(""));
      const open: string[] = [];
      for (const [, closing, name = ""] of out.matchAll(/<(\/?)([a-z0-9]+)[^<>]*>/g)) {
        if (["br", "hr", "input", "wbr"].includes(name)) continue;
        if (closing === "/") expect(open.pop()).toBe(name);
        else open.push(name);
        expect(["script", "svg"]).not.toContain(name);
      }
      expect(open).toEqual([]);
      expect(out.replace(/<\/?[a-z0-9]+(?: [a-z]+="[^"]*"| checked| disabled)*>/g, "")).not.toContain("<");
    }),
    { numRuns: 2000 },
  );
});

test.for([
  [
    "a diff block with its colours",
    "```diff\n+ a\n- b\n```",
    '<span class="diff-add">+ a</span>\n<span class="diff-del">- b</span>',
  ],
  ["a table", "| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"],
  ["a task list", "- [x] done\n- [ ] open", '<input type="checkbox" disabled checked>'],
  ["collapsed details", "<details><summary>more</summary>\n\n**bold**\n\n</details>", "<summary>more</summary>"],
  [
    "an alert",
    "> [!WARNING]\n> Data will be lost",
    '<div class="alert alert-warning"><p class="alert-title">Warning</p><p>Data will be lost',
  ],
  ["line breaks where the writer broke the line", "one\ntwo", "one<br>two"],
  ["emoji by their short names", ":warning: careful", "⚠️ careful"],
  ["markup in code as text", "`<b>`", "<code>&lt;b&gt;</code>"],
])("shows %s", ([, markdown, expected]) => {
  expect(renderMarkdown(markdown as string).html).toContain(expected);
});

test("the written page tells the whole story of a pull request and calls nowhere", async () => {
  const wendy = bed.as("wendy", NAME);
  const number = await wendy.openPullRequest({
    title: "Add <hospital-b>",
    body: "Please look",
    branch: "b",
    files: { "tenants/hospital-b.yml": "name: hospital-b\ntier: gold\n" },
  });
  const job = client(bed, bed.jobToken(NAME, { checks: "write", pull_requests: "write", contents: "read" }));
  const head_sha = (await job.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha;
  const annotation = {
    path: "tenants/hospital-b.yml",
    start_line: 2,
    end_line: 2,
    annotation_level: "failure",
  } as const;
  await job.rest.checks.create({
    ...REPO,
    name: "plan",
    head_sha,
    conclusion: "failure",
    output: { title: "1 error", summary: "**tier**", annotations: [{ ...annotation, message: "unknown tier gold" }] },
  });
  await job.rest.issues.createComment({ ...REPO, issue_number: number, body: HOSTILE });
  bed.protect(NAME, "main", { requiredChecks: ["plan"] });
  const file = join(folder, "pull.html");

  await writePullRequestPage(bed, { ...REPO, number, file });

  const page = await readFile(file, "utf8");
  for (const part of [
    "Add &lt;hospital-b&gt;",
    "Please look",
    "+tier: gold",
    "unknown tier gold",
    "Some checks were not successful",
    "Required status check &quot;plan&quot; is failing.",
    "github-actions",
    "Merging is blocked",
  ]) {
    expect(page).toContain(part);
  }
  expect(page).not.toMatch(/<script|src=|url\(|@import|<link/i);
  const served = await fetch(`${bed.url}/${NAME}/pull/${number}`);
  expect(served.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await served.text()).toBe(page);
});

test("the index leads to every pull request", async () => {
  const index = await (await fetch(`${bed.url}/`)).text();
  expect(index).toContain(`href="/${NAME}"`);
  const repository = await (await fetch(`${bed.url}/${NAME}`)).text();
  expect(repository).toContain(`href="/${NAME}/pull/1"`);
  expect((await fetch(`${bed.url}/${NAME}/pull/99`)).status).toBe(404);
});
