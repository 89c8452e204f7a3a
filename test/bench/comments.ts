/** A million generated comments: none breaks the parser, and none acts unless it is exactly a command. */
import { readMany } from "../domain/comment-fuzz.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure };

const comments = 1_000_000;

async function measure(): Promise<readonly Figure[]> {
  const { ran, answered, wrong } = readMany(comments);
  if (wrong !== undefined) console.error(wrong);
  return [
    {
      what: "comments of a million that broke the parser, or ran without being a command",
      unit: "points",
      measured: wrong === undefined ? 0 : 1,
      bar: 0,
      note: `${ran} were commands and ${answered} were answered; the first wrong one ends it`,
    },
  ];
}
