/** Workflow commands: `::error file=a,line=1::message` on a step's output (actions/runner, ActionCommand). */

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Names that the older form knows; in brackets anything else is ordinary text. */
const registered =
  "add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning";

/** `##[error file=a;line=1]message`, anywhere in a line. */
const older = new RegExp(`##\\[(${registered})(?: ([^\\]]*))?\\](.*)$`, "is");

/** `::error file=a,line=1::message`, after what .NET takes for blanks, U+0085 among them. */
const newer = /^[\s\u0085]*::([^\s:]+)(?: ((?:(?!::).)*))?::(.*)$/s;

/** Reads one line of output; nothing if it is ordinary text. */
export function readCommand(line: string): WorkflowCommand | undefined {
  const match = newer.exec(line);
  if (match !== null) return commandOf(match, ",");
  const old = older.exec(line);
  return old === null ? undefined : commandOf(old, ";");
}

function commandOf([, name = "", listed = "", message = ""]: RegExpExecArray, between: string): WorkflowCommand {
  const properties: Record<string, string> = {};
  for (const pair of listed.split(between)) {
    const split = pair.indexOf("=");
    if (split > 0) properties[pair.slice(0, split).trim()] = unescapeProperty(pair.slice(split + 1));
  }
  return { name: name.toLowerCase(), properties, data: unescapeData(message) };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("%5D", "]"));
}
