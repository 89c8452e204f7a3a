/** Lines out of chunks, as a log driver cuts them. */
import type { Readable } from "node:stream";

/** Calls back once for every line of the streams, without its line end; the rest without one when a stream ends. */
export function eachLine(streams: readonly (Readable | null)[], line: (text: string) => void): void {
  for (const stream of streams) {
    let rest = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) line(part.replace(/\r$/, ""));
    });
    stream?.on("end", () => {
      if (rest !== "") line(rest);
    });
  }
}
