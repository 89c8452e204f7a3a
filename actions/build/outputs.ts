import type { BuiltRelease } from "../lib/domain/built-release.ts";

/** What the action gives to the steps after it. */
export function buildOutputs({ images }: BuiltRelease): Readonly<Record<"digests" | "built", string>> {
  return {
    digests: JSON.stringify(Object.fromEntries(images.map(({ role, digest }) => [role, digest]))),
    built: JSON.stringify(images.filter(({ outcome }) => outcome === "built").map(({ role }) => role)),
  };
}
