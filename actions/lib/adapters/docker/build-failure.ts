/** Why a build failed, from what BuildKit prints with `--progress=plain`. For people only: nothing is decided from it. */

/** Lines shown after the cause. */
const tailLines = 25;

/**
 * The failing step and its own error on the first line, then the last lines of output.
 *
 * @param subject what was built
 */
export function describeBuildFailure(subject: string, lines: readonly string[]): string {
  const step = failingStep(lines);
  const at = step === undefined ? "" : ` at ${step}`;
  const tail = lines.filter((line) => line.trim() !== "").slice(-tailLines);
  return [`building ${subject} failed${at}: ${ownError(lines)}`, ...tail].join("\n");
}

/** BuildKit repeats the failing step under a rule: ` > [django 3/5] RUN pip install …:`. */
function failingStep(lines: readonly string[]): string | undefined {
  const title = lines.findLast(
    (line, index) => /^ > .+:$/.test(line) && lines[index - 1]?.startsWith("------") === true,
  );
  return title?.slice(3, -1);
}

/** The first step that ended with an error: others are cancelled because of it. Else the command's own last word. */
function ownError(lines: readonly string[]): string {
  const ofStep = firstMatch(lines, /^#\d+ ERROR: (.+)$/);
  const ofCommand = firstMatch(lines.toReversed(), /^ERROR: (?:failed to (?:build|solve): )*(.+)$/);
  return ofStep ?? ofCommand ?? lines.findLast((line) => line.trim() !== "") ?? "docker gave no reason";
}

function firstMatch(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
