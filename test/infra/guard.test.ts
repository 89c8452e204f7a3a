import { describe, expect, test } from "vitest";
import { type GuardRule, guardChecker, packagedRules, registryRules } from "./guard.ts";
import { declaredExceptions } from "./hipaa.ts";
import { specialised, tenantDocument } from "./templates.ts";

/**
 * W3010: the templates take zones by name on purpose, because the order in which AWS lists them can change.
 * W9003: RDS declares the gigabytes of AllocatedStorage as text; CloudFormation takes the number.
 */
const meant = / (W3010|W9003)$/;

const checkout = process.env.MATE_GUARD_RULES;
if (checkout === undefined) {
  console.info(
    "skipped: the whole HIPAA set of the AWS Guard Rules Registry; set MATE_GUARD_RULES to a checkout of it",
  );
}

const sets: readonly { readonly name: string; readonly rules: readonly GuardRule[] }[] = [
  { name: "the HIPAA rules that npm carries", rules: packagedRules() },
  ...(checkout === undefined ? [] : [{ name: "the registry's HIPAA set", rules: registryRules(checkout) }]),
];

describe.for(sets)("$name", ({ rules }) => {
  const check = guardChecker(rules);
  const known = new Set(rules.map(({ rule }) => rule));

  test.for(specialised)("$name: what is found is what is declared, with a reason", ({ document }) => {
    const declared = [...declaredExceptions(document, "guard").keys()].filter((finding) =>
      known.has(finding.split(" ")[1] ?? ""),
    );

    expect(check(document).filter((finding) => !meant.test(finding))).toEqual(declared.sort());
  });

  test("a public database would be found", () => {
    const document = structuredClone(tenantDocument("standard")) as unknown as {
      readonly Resources: { readonly Database: { readonly Properties: { PubliclyAccessible: boolean } } };
    };
    document.Resources.Database.Properties.PubliclyAccessible = true;

    expect(check(document as never)).toContain("Database RDS_INSTANCE_PUBLIC_ACCESS_CHECK");
  });
});
