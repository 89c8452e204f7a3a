/**
 * The files the pipeline reads, from wherever they come: a checkout, a commit, a test.
 */

export interface SourceFile {
  /** From the top of the repository, with forward slashes. */
  readonly path: string;
  readonly kind: "file" | "link" | "other";
  /** Bytes. */
  readonly size: number;
  /** Absent for what is no file and for files over their limit: nobody reads those. */
  readonly bytes?: Uint8Array;
}

/** Folders of declarations people write, and the size a file there may have: ten times the longest sensible one. */
export const declarationFolders = ["tenants", "infra/tiers", "infra/environments"] as const;
export type DeclarationFolder = (typeof declarationFolders)[number];
export const largestDeclaration = 64 * 1024;

/** CloudFormation takes templates up to 1 MB (TemplateURL). */
const largestTemplate = 1_000_000;
const templatePath = /^infra\/(bootstrap|platform|tenant)\/[^\0]+\.(yml|json|sql|py)$/;

/** The declaration folder `path` lies in, at any depth. */
export function declarationFolderOf(path: string): DeclarationFolder | undefined {
  return declarationFolders.find((folder) => path.startsWith(`${folder}/`));
}

/** Whether `path` is part of what stacks are made from: templates and what they carry along. */
export function isTemplate(path: string): boolean {
  return templatePath.test(path);
}

/** Whether a file of this path and size is worth reading. */
export function isReadable(path: string, size: number): boolean {
  if (isTemplate(path)) return size <= largestTemplate;
  return declarationFolderOf(path) !== undefined && size <= largestDeclaration;
}
