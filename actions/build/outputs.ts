import type { BuiltRelease } from "./build.ts";
import { buildSummary } from "./summary.ts";

/** What the action gives to the steps after it, and to people. */
export function buildOutputs(
  built: BuiltRelease,
  environment: string,
): { readonly outputs: Readonly<Record<"digests" | "built", string>>; readonly summary: string } {
  const { images } = built;
  return {
    outputs: {
      digests: JSON.stringify(Object.fromEntries(images.map(({ role, digest }) => [role, digest]))),
      built: JSON.stringify(images.filter(({ outcome }) => outcome === "built").map(({ role }) => role)),
    },
    summary: buildSummary(built, environment),
  };
}
