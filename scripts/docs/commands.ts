import { commandsPage } from "../../actions/lib/report/command-help.ts";
import type { GeneratedFile } from "./generated-file.ts";

/** The page of all commands, from the grammar that the parser and the help are made from. */
export function commandDocs(): readonly GeneratedFile[] {
  const made = "<!-- Made by scripts/docs.ts from actions/lib/domain/command/grammar.ts. -->";
  return [{ path: "tenants/COMMANDS.md", content: `${commandsPage().trimEnd()}\n\n${made}\n` }];
}
