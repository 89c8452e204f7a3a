import { expect, test } from "vitest";
import { passes } from "../../runner/pattern.ts";

// The first rows are GitHub's own cheat sheet of filter patterns.
test.for<[readonly string[], string, boolean]>([
  [["feature/*"], "feature/my-branch", true],
  [["feature/*"], "feature/beta-a/my-branch", false],
  [["feature/**"], "feature/beta-a/my-branch", true],
  [["releases/mona-the-octocat"], "releases/mona-the-octocat", true],
  [["*"], "main", true],
  [["*"], "all/the/branches", false],
  [["**"], "all/the/branches", true],
  [["*feature"], "mona-feature", true],
  [["v2*"], "v2.0", true],
  [["v[12].[0-9]+.[0-9]+"], "v1.10.1", true],
  [["v[12].[0-9]+.[0-9]+"], "v3.1.1", false],
  [["*.jsx?"], "page.js", true],
  [["*.jsx?"], "page.jsx", true],
  [["**.js"], "js/index.js", true],
  [["docs/**/*.md"], "docs/README.md", true],
  [["docs/**/*.md"], "docs/mona/hello-world.md", true],
  [["**/docs/**"], "docs/hello.md", true],
  [["**/*src/**"], "my-src/code/js/app.js", true],
  [["**/migrate-*.sql"], "db/sept/migrate-v1.sql", true],
  [["*.md", "!README.md"], "README.md", false],
  [["*.md", "!README.md", "README*"], "README.md", true],
  [["tenants/*.yml"], "tenants/hospital-a.yml", true],
  [["tenants/*.yml"], "tenants/hospital-aXyml", false],
  [["a.b"], "axb", false],
])("%j on %s passes: %s", ([patterns, name, expected]) => {
  expect(passes(patterns, name)).toBe(expected);
});
