import type { Check } from "./checks.ts";
import type { Replayed, Verdict } from "./replay.ts";

export interface Tally {
  readonly agrees: number;
  readonly inPart: number;
  readonly differs: number;
  readonly notModelled: number;
}

/** How many cases went which way. */
export function tally(cases: readonly Pick<Replayed, "verdict">[]): Tally {
  const count = (wanted: Verdict): number => cases.filter(({ verdict }) => verdict === wanted).length;
  return {
    agrees: count("agrees"),
    inPart: count("agrees in part"),
    differs: count("differs"),
    notModelled: count("not modelled"),
  };
}

/** The conformance report as Markdown: totals, a table by behaviour class, and a reason for each case that does not agree. */
export function conformanceReport(cases: readonly Replayed[]): string {
  const total = tally(cases);
  const share = (part: number): string => `${((100 * part) / Math.max(1, cases.length)).toFixed(1)} %`;
  const classes = [...new Set(cases.flatMap((one) => one.classes))].sort();
  const rows = classes.map((name) => {
    const { agrees, inPart, differs, notModelled } = tally(cases.filter((one) => one.classes.includes(name)));
    return `| ${name} | ${agrees} | ${inPart} | ${differs} | ${notModelled} |`;
  });
  const rest = cases.filter(({ verdict }) => verdict !== "agrees");
  return [
    `${cases.length} recorded cases: ${total.agrees} agree in everything (${share(total.agrees)}),`,
    `${total.inPart} in all that CloudFormation said, but not in the answer of another service (together ${share(total.agrees + total.inPart)}),`,
    `${total.differs} differ, ${total.notModelled} not modelled`,
    "",
    "| behaviour class | agree | agree in part | differ | not modelled |",
    "| --- | --: | --: | --: | --: |",
    ...rows,
    ...(rest.length === 0 ? [] : ["", "| case | verdict | reason |", "| --- | --- | --- |", ...rest.map(reasonRow)]),
  ].join("\n");
}

function reasonRow({ id, verdict, checks }: Replayed): string {
  const rest = checks.filter((check) => check.verdict !== "agrees");
  const first = rest.find(
    (check) => verdict !== "differs" || (check.verdict === "differs" && check.speaker === "cloudformation"),
  );
  const name = id.split("::").slice(1).join("::");
  return `| ${name} | ${verdict} | ${first === undefined ? "" : cell(reason(first))} |`;
}

function reason(check: Check): string {
  switch (check.verdict) {
    case "agrees":
      return "";
    case "differs":
      return `${check.mismatch.path}: AWS ${check.mismatch.recorded} - bed ${check.mismatch.bed}`;
    case "not modelled":
      return `${check.key}: ${check.because}`;
  }
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").slice(0, 500);
}
