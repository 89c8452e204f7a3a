import { expect, test } from "vitest";
import { warnedOfPlatform } from "../../../actions/lib/adapters/docker/build-warnings.ts";

const short = (text: string): string => Buffer.from(text).toString("base64");
const casing = { level: 1, short: short("StageNameCasing: Stage name 'Base' should be lowercase (line 1)") };
// As BuildKit 0.22 writes it.
const foreign = {
  level: 1,
  short: short(
    'InvalidBaseImagePlatform: Base image python:3.13 was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line 1)',
  ),
};

test("a base image of another platform is found among the warnings of a build", () => {
  expect(warnedOfPlatform([casing, foreign])).toBe(
    'Base image python:3.13 was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line 1)',
  );
});

test.for([[undefined], [[]], [[casing]], ["not a list"], [[{ short: 7 }]]])(
  "%j says nothing about the platform",
  ([warnings]) => {
    expect(warnedOfPlatform(warnings)).toBeUndefined();
  },
);
