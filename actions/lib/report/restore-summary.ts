/** A restore on a run's page: what would be done, or how far it is and what to do next. */
import type { Restorable, RestoreOutcome } from "../domain/restore-outcome.ts";
import type { RestorePlan } from "../domain/restore-plan.ts";
import type { RestoreRecord } from "../domain/restore-record.ts";
import { pointOfNoReturn, stepKinds } from "../domain/restore-steps.ts";
import { alert, bullets, document, heading, paragraph, table } from "./block.ts";
import { duration, second } from "./figures.ts";
import { type Block, causeText, code, type Inline, link, md, small, strong, text } from "./markdown.ts";

/** The step summary of one run of the action. */
export function restoreSummary(outcome: RestoreOutcome, links: { readonly run: string }): string {
  return document([...blocksOf(outcome), paragraph(small(link("run", links.run)))]);
}

function blocksOf(outcome: RestoreOutcome): readonly Block[] {
  switch (outcome.outcome) {
    case "listed":
      return listed(outcome.restorable);
    case "planned":
      return planned(outcome.plan);
    case "carried-out":
      return carriedOut(outcome.record);
    case "stopped":
      return [
        alert("CAUTION", [paragraph(md`${strong("Stopped")}: ${causeText(outcome.failure.message)}`)]),
        ...carriedOut(outcome.record),
      ];
  }
}

function listed({ tenant, instance, window, snapshots, operations, holder }: Restorable): readonly Block[] {
  const shown = snapshots.slice(0, 100);
  return [
    heading(3, md`What can be restored of ${tenant}`),
    paragraph(
      window === undefined
        ? md`${code(instance)} has no automated backups.`
        : md`${code(instance)}: any second from ${second(fullSecond(window.earliest))} to ${second(window.latest.toISOString())}`,
    ),
    ...(shown.length === 0
      ? []
      : [
          table(
            [md`snapshot`, md`of`, md`kind`],
            shown.map(({ id, at, kind }) => [
              code(id),
              at === undefined ? md`–` : text(second(at.toISOString())),
              text(kind),
            ]),
          ),
        ]),
    ...(snapshots.length > shown.length ? [paragraph(md`and ${snapshots.length - shown.length} older ones`)] : []),
    ...(operations.length === 0
      ? []
      : [bullets(operations.map((one) => (one === holder ? md`${code(one)} is not over` : md`${code(one)}`)))]),
  ];
}

/** The first one that RDS takes: what it says has fractions, and the second they are of lies before it. */
function fullSecond(at: Date): string {
  return new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString();
}

function planned(plan: RestorePlan): readonly Block[] {
  const refusals = plan.findings.filter(({ level }) => level === "refuse");
  const others = plan.findings.filter(({ level }) => level === "know");
  const title =
    refusals.length === 0
      ? md`Restore of ${plan.tenant}: a dry run`
      : md`Restore of ${plan.tenant}: not possible like this`;
  return [
    heading(3, title),
    ...(refusals.length === 0 ? [] : [alert("CAUTION", [bullets(refusals.map(({ text: why }) => causeText(why)))])]),
    paragraph(...facts(plan)),
    table(
      [md`step`, md`what it does`, md`usually`, md`tenant`],
      plan.steps.map(({ step, does, minutes, down }) => [
        code(step),
        text(does),
        text(minutesText(minutes)),
        down ? strong("down") : md`up`,
      ]),
    ),
    ...(others.length === 0 ? [] : [alert("NOTE", [bullets(others.map(({ text: what }) => causeText(what)))])]),
    paragraph(
      plan.what === "files"
        ? md`No version is ever deleted: what is there now can be restored in the same way.`
        : md`Until ${code(pointOfNoReturn[plan.kind])} everything can be thrown away with ${code("abort")}; after it ${code("undo")} reverses the swap. The old database is kept until mode ${code("discard")} deletes it.`,
    ),
  ];
}

function facts({ what, at, lossMinutes, minutes, source, files, environment }: RestorePlan): readonly Inline[] {
  const from =
    source === undefined
      ? md``
      : source.kind === "snapshot"
        ? md`, from snapshot ${code(source.id)}`
        : md`, from its automated backups`;
  return [
    md`${strong(what)} in ${environment} back to ${strong(second(at.toISOString()))}${from}`,
    md`${strong("Lost to those who work")}: what was written in the last ${minutesText(lossMinutes)} and until the tenant is stopped`,
    md`${strong("Takes")} about ${minutesText(minutes.whole)}; the tenant is down for about ${minutesText(minutes.down)}`,
    ...(files === undefined
      ? []
      : [
          md`${strong("Files")}: ${files.copy} copied forward (${bytesText(files.bytes)}), ${files.hide} hidden, ${files.keep} as they are`,
        ]),
  ];
}

function carriedOut(record: RestoreRecord): readonly Block[] {
  return [
    heading(3, md`Restore of ${record.tenant}: ${record.state}`),
    paragraph(
      md`${code(record.operation)}: ${record.what} back to ${second(record.at)}, asked for by ${record.startedBy}, confirmed by ${record.confirmedBy}`,
      nextOf(record),
    ),
    ...(record.steps.length === 0
      ? []
      : [
          table(
            [md`step`, md`state`, md`took`, md`found`],
            record.steps.map(({ step, state, startedAt, endedAt, note }) => [
              code(step),
              state === "failed" ? strong(state) : text(state),
              text(endedAt === undefined ? "–" : duration(Date.parse(endedAt) - Date.parse(startedAt))),
              causeText(note ?? stepKinds[step].does),
            ]),
          ),
        ]),
  ];
}

/** What to do from here, in the words of the form. */
function nextOf({ state, operation, kind, steps }: RestoreRecord): Inline {
  const swapped = steps.some(({ step }) => step === pointOfNoReturn[kind]);
  switch (state) {
    case "running":
      return swapped
        ? md`Go on with mode ${code("execute")} and operation ${code(operation)}, or reverse it with ${code("undo")}.`
        : md`Go on with mode ${code("execute")} and operation ${code(operation)}, or throw it away with ${code("abort")}.`;
    case "undoing":
      return md`Go on with mode ${code("undo")} and operation ${code(operation)}.`;
    case "done":
      return swapped
        ? md`Reverse it with mode ${code("undo")} and operation ${code(operation)}. When nobody needs the old database any more, ${code("discard")} deletes it; until then it is kept and paid for.`
        : md`Nothing more to do.`;
    case "undone":
      return md`Nothing more to do; mode ${code("discard")} and operation ${code(operation)} delete the restored database that is kept.`;
    case "discarding":
      return md`Go on with mode ${code("discard")} and operation ${code(operation)}.`;
    case "discarded":
      return md`What was put away is deleted${kind === "dedicated" ? md`; its last snapshot stays` : md``}. This restore cannot be undone any more.`;
    case "aborted":
      return md`Nothing more to do.`;
  }
}

function minutesText(minutes: number): string {
  return duration(minutes * 60_000);
}

function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
