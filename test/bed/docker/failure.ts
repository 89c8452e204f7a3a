/** A command that ended badly, with the lines that docker would print on standard error. */
export class DockerFailure extends Error {
  readonly lines: readonly string[];
  readonly exitCode: number;

  constructor(lines: readonly string[], exitCode = 1) {
    super(lines.at(-1) ?? "failed");
    this.name = "DockerFailure";
    this.lines = lines;
    this.exitCode = exitCode;
  }
}

/** What the stand-in cannot do, said so that nobody takes it for docker's own words. */
export function notInStandIn(what: string): DockerFailure {
  return new DockerFailure([`ERROR: test/bed/docker stands in for docker here and does not know ${what}`], 125);
}
