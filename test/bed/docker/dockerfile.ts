/** Reads a Dockerfile into instructions and stages, with the lines they stand on. */

import { notInStandIn } from "./failure.ts";
import { closest } from "./nearest-word.ts";

export interface Instruction {
  readonly name: string;
  /** Everything after the name, continued lines joined. */
  readonly text: string;
  /** First and last line, from 1. */
  readonly line: number;
  readonly lastLine: number;
}

export interface Stage {
  /** What `AS` says; undefined of a stage without. */
  readonly name?: string;
  readonly from: Instruction;
  readonly steps: readonly Instruction[];
}

export interface Dockerfile {
  readonly lines: readonly string[];
  /** `ARG` before the first `FROM`. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
}

/** A problem of the Dockerfile itself, with the line it is on. */
export class DockerfileProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = "DockerfileProblem";
    this.line = line;
  }
}

const known = [
  ...["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"],
  ...["ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"],
];

/** @throws DockerfileProblem in BuildKit's words */
export function parseDockerfile(text: string): Dockerfile {
  const lines = text.split(/\r?\n/);
  const instructions = readInstructions(lines);
  const globals: Instruction[] = [];
  const stages: { name?: string; from: Instruction; steps: Instruction[] }[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.name === "FROM") {
      const name = /\s+AS\s+(\S+)\s*$/i.exec(instruction.text)?.[1];
      stages.push({ ...(name !== undefined && { name: name.toLowerCase() }), from: instruction, steps: [] });
    } else if (stage !== undefined) stage.steps.push(instruction);
    else if (instruction.name === "ARG") globals.push(instruction);
    else throw new DockerfileProblem(instruction.line, "no build stage in current context");
  }
  if (stages.length === 0) throw new DockerfileProblem(1, "file with no instructions");
  return { lines, globals, stages };
}

function readInstructions(lines: readonly string[]): readonly Instruction[] {
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? "";
    if (first.trim() === "" || first.trimStart().startsWith("#")) continue;
    const line = index + 1;
    const parts: string[] = [];
    for (let current: string | undefined = first; current !== undefined; ) {
      const continued = /\\\s*$/.test(current);
      parts.push(current.replace(/\\\s*$/, "").trim());
      if (!continued) break;
      // Comments and empty lines inside a continuation are dropped.
      do current = lines[++index];
      while (current !== undefined && (current.trim() === "" || current.trimStart().startsWith("#")));
    }
    const joined = parts.join(" ").trim();
    const [word = "", rest = ""] = joined.split(/\s+(.*)/s);
    const name = word.toUpperCase();
    if (!known.includes(name)) {
      const near = closest(name, known);
      const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
      throw new DockerfileProblem(line, `dockerfile parse error on line ${line}: unknown instruction: ${word}${hint}`);
    }
    if (rest.trim() === "") {
      throw new DockerfileProblem(
        line,
        `dockerfile parse error on line ${line}: ${name} requires at least one argument`,
      );
    }
    if (/^(RUN|COPY|ADD)$/.test(name) && /(^|\s)<<-?["']?\w/.test(rest))
      throw notInStandIn("here-documents in a Dockerfile");
    if (name === "ONBUILD") throw notInStandIn("the instruction ONBUILD");
    instructions.push({ name, text: rest.trim(), line, lastLine: Math.min(index + 1, lines.length) });
  }
  return instructions;
}
