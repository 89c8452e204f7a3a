/** Something wrong in a workflow or action file, at its place. */
export interface Finding {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Which rule says so: `syntax`, `actionlint`, or one of ours. */
  readonly rule: string;
  readonly message: string;
}

/** `file:line:column: message [rule]` */
export function showFinding({ file, line, column, rule, message }: Finding): string {
  return `${file}:${line}:${column}: ${message} [${rule}]`;
}
