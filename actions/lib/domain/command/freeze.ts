/** Whether a freeze window is open. */

import { type FreezeWindow, weekdays } from "../freeze-window.ts";
import type { TierName } from "../tenant.ts";

/** The windows that are open for tenants of a tier at this moment. */
export function openWindows(
  windows: readonly FreezeWindow[],
  { now, tier }: { readonly now: Date; readonly tier: TierName },
): readonly FreezeWindow[] {
  return windows.filter((window) => (window.tiers ?? [tier]).includes(tier) && isOpen(window, now));
}

/** `Clinics open on Monday morning (monday 06:00 to 10:00 America/New_York)` */
export function windowInWords(window: FreezeWindow): string {
  if ("weekly" in window) {
    const { days, from, until, timezone } = window.weekly;
    return `${window.name} (${days.join(", ")} ${from} to ${until} ${timezone})`;
  }
  return `${window.name} (${window.from} to ${window.until})`;
}

function isOpen(window: FreezeWindow, now: Date): boolean {
  if (!("weekly" in window)) {
    return Date.parse(window.from) <= now.getTime() && now.getTime() < Date.parse(window.until);
  }
  const { days, from, until, timezone } = window.weekly;
  const { today, yesterday, time } = localTime(now, timezone);
  // "22:00" < "23:30" as texts too: a time of day is always written with five characters.
  if (from < until) return days.includes(today) && from <= time && time < until;
  return (days.includes(today) && from <= time) || (days.includes(yesterday) && time < until);
}

type Weekday = (typeof weekdays)[number];

/** The wall clock there. Daylight saving needs no care: windows are written in the same wall clock. */
function localTime(
  now: Date,
  timeZone: string,
): { readonly today: Weekday; readonly yesterday: Weekday; readonly time: string } {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const names: readonly string[] = weekdays;
  const name = parts.get("weekday")?.toLowerCase() ?? "";
  const day = names.indexOf(name);
  const [today, yesterday] = [weekdays[day], weekdays.at(day - 1)];
  if (today === undefined || yesterday === undefined) throw new Error(`no weekday is called ${name}`);
  return { today, yesterday, time: `${parts.get("hour")}:${parts.get("minute")}` };
}
