import { expect, test } from "vitest";
import { serviceFindings, stackFindings } from "../../actions/lib/domain/drift.ts";

const policy = (who: string) =>
  `{"Version":"2012-10-17","Statement":[{"Sid":"TheHospitalReadsItsOwnFiles","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::mate-a/*","Principal":{"AWS":"${who}"}}]}`;
const drifted = (actual: string, expected: string) =>
  stackFindings(
    [
      {
        ...{ logicalId: "Policy", type: "AWS::S3::BucketPolicy", deleted: false },
        properties: [{ path: "/PolicyDocument", actual, expected }],
      },
    ],
    [],
  )[0]?.what;

test("two long values that begin alike are told from where they differ", () => {
  const what = drifted(policy("*"), policy("arn:aws:iam::123456789012:role/mate"));

  expect(what).toBe(
    'Policy/PolicyDocument is …/*","Principal":{"AWS":"*"}}]}, should be …/*","Principal":{"AWS":"arn:aws:iam::123456789012:role/mate"}}]}',
  );
});

test.for([
  ["Suspended", "Enabled", "is Suspended, should be Enabled"],
  ["", "Enabled", "is empty, should be Enabled"],
  ["x".repeat(300), "", `is ${"x".repeat(119)}…, should be empty`],
  [`${"x".repeat(300)}y`, "x".repeat(300), `is …${"x".repeat(24)}y, should be …${"x".repeat(24)}`],
])("%j instead of %j", ([actual = "", expected = "", words]) => {
  expect(drifted(actual, expected)).toBe(`Policy/PolicyDocument ${words}`);
});

test("the security groups of a service are told in the same way", () => {
  const groups = (last: string) =>
    [...Array.from({ length: 8 }, (_, index) => `sg-0123456789abcde${index}`), last].join(", ");
  const change = { kind: "reconfigure", service: "django", property: "security groups" } as const;
  const [finding] = serviceFindings([{ ...change, from: groups("sg-open"), to: groups("sg-shut") }]);

  expect(finding?.what).toMatch(/sg-open, should have .*sg-shut$/);
});
