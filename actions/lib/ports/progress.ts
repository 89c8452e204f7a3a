/** Where running work tells what it is doing: one short line at a time, in the order it happens. */
export interface Progress {
  say(line: string): void;
}
