/**
 * A folder of declarations: `<name>.yml` and nothing else, each saying its own name.
 */

import { basename } from "node:path";
import type { Problem } from "../../domain/problem.ts";
import { finding } from "../../domain/schema.ts";
import { show } from "../../domain/wording.ts";
import { type Declaration, type Form, readDeclaration } from "./declaration.ts";
import type { DeclarationFolder, SourceFile } from "./source-file.ts";

export interface FolderReading<T> {
  /** By name, in alphabetical order. */
  readonly declarations: ReadonlyMap<string, Declaration<T>>;
  /** Names of the files that could not be read. */
  readonly unreadable: readonly string[];
  readonly problems: readonly Problem[];
}

/** Beside the declarations a folder may hold its documentation and its generated schema. */
const companions: readonly string[] = ["COMMANDS.md", "README.md", "schema.json"];

/** Reads every declaration of a folder; what does not belong there is a problem too, because somebody meant it to do something. */
export function readFolder<T extends { readonly name: string }>(
  files: readonly SourceFile[],
  { folder, form }: { readonly folder: DeclarationFolder; readonly form: Form<T> },
): FolderReading<T> {
  const here = files.filter(
    ({ path }) => path.startsWith(`${folder}/`) || path === folder || folder.startsWith(`${path}/`),
  );
  const declarations = new Map<string, Declaration<T>>();
  const unreadable: string[] = [];
  const problems: Problem[] =
    here.length === 0
      ? [{ file: folder, line: 1, column: 1, message: "the folder is missing; nothing can be planned without it" }]
      : [];
  for (const file of here.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const stray = strayComplaint(file, folder);
    if (stray !== undefined) {
      problems.push({ file: file.path, line: 1, column: 1, message: stray });
      continue;
    }
    if (companions.includes(basename(file.path))) continue;
    const stem = basename(file.path, ".yml");
    const reading = readDeclaration(file, form);
    if (!reading.ok) {
      unreadable.push(stem);
      problems.push(...reading.problems);
      continue;
    }
    const { declaration } = reading;
    declarations.set(stem, declaration);
    const name = String(declaration.value.name);
    if (name !== stem) {
      problems.push(
        declaration.problem(
          finding(["name"], `name ${show(name)} is not the file's name ${show(stem)}; make them the same`),
        ),
      );
    }
  }
  return { declarations, unreadable, problems };
}

function strayComplaint({ path, kind }: SourceFile, folder: DeclarationFolder): string | undefined {
  if (!path.startsWith(`${folder}/`))
    return kind === "link" ? `${path} is a link; ${folder}/ must be a real folder` : `${path} must be a folder`;
  const name = path.slice(folder.length + 1);
  if (name.includes("/")) return `${folder}/ has no folders inside; move the file up`;
  if (companions.includes(name) || name.endsWith(".yml")) return undefined;
  if (name.endsWith(".yaml")) return `only .yml files are read; rename it to ${name.slice(0, -".yaml".length)}.yml`;
  return `${folder}/ holds <name>.yml files only; move ${name} somewhere else`;
}
