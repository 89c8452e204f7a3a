/** When a scheduled action runs next: `at(…)`, `rate(…)` and `cron(…)` in UTC. */
import { validation } from "./state.ts";

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: 1_440 * MINUTE };
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** Milliseconds since the epoch of the first run after `after`; undefined if there is none within a year. Throws ValidationException. */
export function nextRun(schedule: string, after: number): number | undefined {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(schedule)?.[1];
  if (at !== undefined) {
    const time = Date.parse(`${at}Z`);
    return time > after ? time : undefined;
  }
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  if (count !== undefined && unit !== undefined) return after + Number(count) * (UNITS[unit] ?? MINUTE);
  const fields = /^cron\(([^)]+)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) throw validation(`Invalid schedule expression: ${schedule}`);
  return nextCron(fields, after);
}

/** Minutes, hours, day of month, month, day of week (1 = Sunday), year. */
function nextCron(fields: readonly string[], after: number): number | undefined {
  const [minutes = "*", hours = "*", days = "*", months = "*", weekdays = "?", years = "*"] = fields;
  let time = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const end = after + 366 * 1_440 * MINUTE;
  while (time <= end) {
    const date = new Date(time);
    const day =
      matches(years, date.getUTCFullYear()) &&
      matches(named(months, MONTHS, 1), date.getUTCMonth() + 1) &&
      matches(days, date.getUTCDate()) &&
      matches(named(weekdays, DAYS, 1), date.getUTCDay() + 1);
    if (!day) time = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    else if (!matches(hours, date.getUTCHours())) time = time - (time % (60 * MINUTE)) + 60 * MINUTE;
    else if (!matches(minutes, date.getUTCMinutes())) time += MINUTE;
    else return time;
  }
  return undefined;
}

function named(field: string, names: readonly string[], first: number): string {
  return names.reduce((text, name, at) => text.replaceAll(name, String(at + first)), field.toUpperCase());
}

function matches(field: string, value: number): boolean {
  return field.split(",").some((part) => {
    const [range = "*", step] = part.split("/");
    if (range === "*" || range === "?") return step === undefined || value % Number(step) === 0;
    const [from, to] = range.split("-").map(Number);
    if (from === undefined) return false;
    const last = to ?? (step === undefined ? from : Number.POSITIVE_INFINITY);
    return value >= from && value <= last && (value - from) % Number(step ?? 1) === 0;
  });
}
