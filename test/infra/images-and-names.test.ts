/** What the platform keeps of images, and which words it keeps for itself. */
import { expect, test } from "vitest";
import { releasePattern } from "../../actions/lib/domain/release-name.ts";
import { nameComplaint } from "../../actions/lib/domain/tenant-name.ts";
import type { Section } from "../bed/aws/cloudformation/template/value.ts";
import { textOf } from "../contract/committed.ts";
import { specialised } from "./templates.ts";

const platform = specialised.find(({ name }) => name === "platform/platform")?.document as Section;

interface Rule {
  readonly selection: { readonly tagStatus: string; readonly tagPrefixList?: readonly string[] };
}

test("images of a release are never expired; pushes without a tag and old build caches are", () => {
  const repositories = Object.values(platform.Resources as Section)
    .map((resource) => resource as Section)
    .filter(({ Type }) => Type === "AWS::ECR::Repository");
  const [, written = ""] = /const cachePrefix = "([^"]+)"/.exec(textOf("actions/build/candidate.ts")) ?? [];

  expect(repositories.length).toBe(3);
  for (const { Properties } of repositories) {
    const text = String(((Properties as Section).LifecyclePolicy as Section).LifecyclePolicyText);
    const { rules } = JSON.parse(text) as { readonly rules: readonly Rule[] };
    expect(rules.map(({ selection }) => [selection.tagStatus, selection.tagPrefixList])).toEqual([
      ["untagged", undefined],
      ["tagged", [written]],
    ]);
  }
  expect(releasePattern.test(`${written}v1.4.0`)).toBe(false);
});

test("no tenant can be called like something of the platform's", () => {
  const texts = specialised
    .filter(({ name }) => !name.startsWith("tenant/"))
    .map(({ document }) => JSON.stringify(document));
  const found = [...texts, textOf("scripts/bootstrap-steps.ts").replaceAll(/\$\{name\}/g, "production")].flatMap(
    (text) =>
      [...text.matchAll(/mate-([a-z][a-z0-9-]*?)-production\b|mate\/production\/([a-z][a-z0-9-]+)/g)].map(
        ([, inName, inPath]) => inName ?? inPath ?? "",
      ),
  );

  const words = [...new Set(found)].filter((word) => word !== "production");
  expect(words).toEqual(expect.arrayContaining(["bootstrap", "platform", "roles", "trial"]));
  for (const word of [...words, "pipeline"]) {
    const complaint = nameComplaint(word, { environment: "production", environments: ["production"] });
    expect(`${word}: ${complaint}`).toContain("is reserved");
  }
});
