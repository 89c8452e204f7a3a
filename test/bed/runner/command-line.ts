/** Workflow commands: `::error file=a,line=1::message` on a step's output (actions/runner, ActionCommand). */

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Reads one line of output; nothing if it is ordinary text. */
export function readCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:]+)(?: ((?:(?!::).)*))?::(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, name = "", listed = "", message = ""] = match;
  const properties: Record<string, string> = {};
  for (const pair of listed.split(",")) {
    const split = pair.indexOf("=");
    if (split > 0) properties[pair.slice(0, split).trim()] = unescapeProperty(pair.slice(split + 1));
  }
  return { name: name.toLowerCase(), properties, data: unescapeData(message) };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}
