/** Reads what a step prints: text goes to the log, workflow commands become masks, groups and annotations. */
import { readCommand, type WorkflowCommand } from "./command-line.ts";
import type { Annotation } from "./host.ts";
import type { JobRecord, StepRecord } from "./record.ts";

/** A reader for the lines of one step; it remembers `::stop-commands::`. */
export function stepOutput(record: JobRecord, step: StepRecord): (line: string) => void {
  let stopToken: string | undefined;
  return (line) => {
    const command = readCommand(line);
    if (command === undefined) {
      step.print(line);
    } else if (stopToken !== undefined) {
      if (command.name === stopToken.toLowerCase()) stopToken = undefined;
      step.print(line);
    } else if (command.name === "stop-commands") {
      stopToken = command.data;
      step.print(line);
    } else if (!obey(command, record, step)) {
      step.print(line);
    }
  };
}

/** Whether the command is one that the runner knows. */
function obey(command: WorkflowCommand, record: JobRecord, step: StepRecord): boolean {
  switch (command.name) {
    case "error":
      annotate("failure", command, { record, step });
      return true;
    case "warning":
    case "notice":
      annotate(command.name, command, { record, step });
      return true;
    case "debug":
      step.print(`##[debug]${command.data}`);
      return true;
    case "group":
      step.print(`##[group]${command.data}`);
      return true;
    case "endgroup":
      step.print("##[endgroup]");
      return true;
    case "add-mask":
      record.mask.add(command.data);
      step.print("::add-mask::***");
      return true;
    case "echo":
    case "add-matcher":
    case "remove-matcher":
      return true;
    case "set-output":
    case "save-state":
    case "set-env":
    case "add-path":
      record.remark(step, {
        level: "failure",
        message: `The \`${command.name}\` command is disabled and was ignored; write to the file in $${COMMAND_FILES[command.name]}`,
      });
      return true;
    default:
      return false;
  }
}

function annotate(
  level: Annotation["level"],
  { properties, data }: WorkflowCommand,
  { record, step }: { readonly record: JobRecord; readonly step: StepRecord },
): void {
  record.remark(step, {
    level,
    message: data,
    title: properties.title,
    file: properties.file,
    line: numeric(properties.line),
    endLine: numeric(properties.endLine),
    column: numeric(properties.col),
    endColumn: numeric(properties.endColumn),
  });
}

function numeric(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === "" || Number.isNaN(value) ? undefined : value;
}

const COMMAND_FILES = {
  "set-output": "GITHUB_OUTPUT",
  "save-state": "GITHUB_STATE",
  "set-env": "GITHUB_ENV",
  "add-path": "GITHUB_PATH",
} as const;
