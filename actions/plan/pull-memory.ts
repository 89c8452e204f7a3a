/** What a pull request showed before, and what it shows now, in the bucket of each environment it concerns. */
import { type PullRecord, pullKey, pullNews, pullNewsKey, readPullRecord } from "../lib/domain/pull-record.ts";
import type { Cell } from "../lib/ports/cell.ts";

type RecordsOf = Pick<Cell, "environment" | "records">;

/** The newest record among the environments, with what deployments did to it since, or undefined if it was never planned. */
export async function recallPull(pull: number, cells: readonly RecordsOf[]): Promise<PullRecord | undefined> {
  const [stored, news] = await Promise.all([
    Promise.all(cells.map(({ records }) => records.get(pullKey(pull)))),
    Promise.all(cells.map(({ records }) => records.get(pullNewsKey(pull)))),
  ]);
  const record = stored
    .flatMap((one) => readPullRecord(one?.value) ?? [])
    .toSorted((a, b) => (newest(a) < newest(b) ? 1 : -1))
    .at(0);
  if (record === undefined) return undefined;
  const told = new Map(
    [...record.history, ...news.flatMap(entriesOf)].map((entry) => [`${entry.at} ${entry.what}`, entry]),
  );
  return { ...record, history: [...told.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1)) };
}

function entriesOf(stored: { readonly value: unknown } | undefined): PullRecord["history"] {
  return pullNews.safeParse(stored?.value).data?.history ?? [];
}

/** Leaves the plan where the deployment of its merge finds it again, to go on showing it. */
export async function rememberPull(pull: number, record: PullRecord, cells: readonly RecordsOf[]): Promise<void> {
  const { commit, expected, plan, history } = record;
  const kept: PullRecord = { commit, expected, history, ...(plan !== undefined && { plan }) };
  await Promise.all(cells.map(({ records }) => records.put(pullKey(pull), kept)));
}

function newest({ history }: PullRecord): string {
  return history.at(-1)?.at ?? "";
}
