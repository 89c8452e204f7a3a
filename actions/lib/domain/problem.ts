/**
 * Something wrong in a file somebody wrote, with the place to put the cursor.
 */

export interface Problem {
  /** Path inside the repository, with forward slashes. */
  readonly file: string;
  /** Both count from 1; a column counts UTF-16 units, as editors and GitHub annotations do. */
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to do about it; lowercase, one line. */
  readonly message: string;
  /** A suggestion, such as the word that was probably meant. */
  readonly hint?: string;
}

/** `tenants/a.yml:3:7: what is wrong (did you mean …?)`: the form editors and terminals turn into a link. */
export function formatProblem({ file, line, column, message, hint }: Problem): string {
  return `${file}:${line}:${column}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
}

/** Reading order: by file, then from top to bottom. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
