/**
 * Chances that belong to what is asked and not to when: the same question for the nth time has the same luck in every run with the
 * same seed, however calls that are made at the same time happen to follow each other.
 */
import { createHash } from "node:crypto";
import type { Arrival } from "./arrival.ts";

/** A number from 0 up to but not including 1. @param purpose draws for different purposes do not depend on each other */
export type Luck = (call: Arrival, purpose: string) => number;

/** What a bed makes up anew in each run, and what clients do, does not tell questions apart: ids, tokens and moments. */
const madeUp = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{10,}/gi;

/** @param seed the same gives the same luck */
export function luckOf(seed: string): Luck {
  const asked = new Map<string, number>();
  return (call, purpose) => {
    const what = (JSON.stringify(call.input) ?? "").replace(madeUp, "#");
    const question = digest(`${purpose}/${call.service}/${call.operation}/${what}`);
    const times = (asked.get(question) ?? 0) + 1;
    asked.set(question, times);
    return Number.parseInt(digest(`${seed}/${question}/${times}`).slice(0, 12), 16) / 2 ** 48;
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
