/** A file of the repository that is made from code or from other files. */
export interface GeneratedFile {
  /** From the top of the repository. */
  readonly path: string;
  /** The whole file as it should be. */
  readonly content: string;
}
