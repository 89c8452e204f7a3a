/** Container images of a release. */
export interface Images {
  /**
   * The digest of a release's image, or undefined if that release was not built.
   *
   * @returns `sha256:…` of the platform's manifest when the tag points to an index
   */
  find(request: {
    readonly repository: string;
    readonly tag: string;
    readonly platform: string;
  }): Promise<string | undefined>;
}

/** What builds and pushes one image. */
export interface ImageBuilder {
  /**
   * Builds from a folder and pushes under a tag.
   *
   * @throws OperatorError with the failing step's last lines when the build fails
   */
  build(request: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target?: string;
    readonly platform: string;
    readonly repository: string;
    readonly tag: string;
    readonly revision: string;
  }): Promise<void>;
}
