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
  const cause = (step && errorOf(step, lines)) ?? lastWord(lines);
  const tail = lines.filter((line) => line.trim() !== "").slice(-tailLines);
  return [`building ${subject} failed${at}: ${cause}`, ...tail].join("\n");
}

/** BuildKit repeats the failing step under a rule: ` > [django 3/5] RUN pip install …:`. Cancelled ones it does not repeat. */
function failingStep(lines: readonly string[]): string | undefined {
  const title = lines.find((line, index) => /^ > .+:$/.test(line) && lines[index - 1]?.startsWith("------") === true);
  return title?.slice(3, -1);
}

/** What the step of that title ended with: `#9 [base 3/4] RUN …` is told again as `#9 ERROR: …`. */
function errorOf(step: string, lines: readonly string[]): string | undefined {
  const numbers = lines.flatMap((line) => {
    const [number = "", ...title] = line.split(" ");
    return title.join(" ") === step ? [number] : [];
  });
  const marks = numbers.map((number) => `${number} ERROR: `);
  const error = lines.find((line) => marks.some((mark) => line.startsWith(mark)));
  return error?.replace(/^#\d+ ERROR: /, "");
}

/** Without the names of the layers of BuildKit that handed the error on. */
const handedOn =
  /^(?:ERROR: )?(?:failed to (?:build|solve)(?: with frontend [\w.]+)?: |failed to create LLB definition: )*/;

function lastWord(lines: readonly string[]): string {
  const own = lines.findLast((line) => /^ERROR: ./.test(line)) ?? lines.findLast((line) => line.trim() !== "");
  return own?.replace(handedOn, "") ?? "docker gave no reason";
}
