/** The commands a text shows, wherever they stand. */

import { kinds } from "../../actions/lib/domain/command/argument-kinds.ts";
import { readComment } from "../../actions/lib/domain/command/read-comment.ts";
import { words } from "./skeleton.ts";

/** Everything in code that starts with a slash, as the reader sees and copies it. */
export function commandsIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/`(\/[^`]*)`|<code>(\/[^<]*)<\/code>/g)].map(([, plain, escaped]) =>
    plain === undefined ? words(escaped ?? "").trim() : plain,
  );
}

/** Usage lines with an example for each placeholder; other commands as they are. */
export function filledIn(command: string): string {
  return Object.values(kinds)
    .reduce((line, { form, example }) => line.replaceAll(form, example), command)
    .replace(/[[\]]/g, "");
}

/** Whether the command would run for somebody who copies it. Tenants may be any. */
export function parses(command: string): boolean {
  const line = filledIn(command);
  const tenants = line.split(" ").slice(1, 2);
  return readComment(line, { tenants }).kind === "command";
}
