/** TypeScript sources as the layer rules see them: what each imports, and which globals with a life of their own it touches. */
import { posix } from "node:path";
import ts from "typescript";

export interface Source {
  /** From the top of the repository. */
  readonly path: string;
  readonly lines: number;
  /** Files of ours as paths from the top, packages by their specifier. Types count: a dependency in thought is one. */
  readonly imports: readonly string[];
  /** Those of them that are there when it runs: not `import type`. */
  readonly loads: readonly string[];
  /** `new Date()`, `Date.now`, `setTimeout`, `setInterval`, `performance.now`, `process.env`, in the order of use. */
  readonly globals: readonly string[];
}

/** Reads one source. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: string[] = [];
  const loads: string[] = [];
  const globals: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push(resolved(path, specifier));
      if (!isTypeOnly(node)) loads.push(resolved(path, specifier));
    }
    const global = globalOf(node);
    if (global !== undefined) globals.push(global);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, lines: text.split("\n").length - 1, imports, loads, globals };
}

/** What a node imports: `import`, `import type`, `export … from`, `import()`, `typeof import()`. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]);
  return undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    if (clause === undefined || clause.name !== undefined) return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const names = clause.namedBindings;
    const each =
      names !== undefined && ts.isNamedImports(names) && names.elements.every(({ isTypeOnly }) => isTypeOnly);
    return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || each;
  }
  return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly);
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function resolved(from: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : specifier;
}

const watched = new Set(["Date.now", "performance.now", "process.env", "setTimeout", "setInterval"]);

function globalOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments ?? []).length === 0) {
    return "new Date()";
  }
  if (ts.isPropertyAccessExpression(node) && watched.has(node.getText())) return node.getText();
  // A name counts where it is called, so that neither an import nor a property of that name does.
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && watched.has(node.expression.text)) {
    return node.expression.text;
  }
  return undefined;
}
