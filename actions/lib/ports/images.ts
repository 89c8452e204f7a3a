import type { ScanState } from "../domain/scan.ts";

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
   * Builds from a folder and pushes, under no release's tag yet.
   *
   * @returns the digest that was pushed: of an index, or of a manifest
   * @throws OperatorError `build-failed`: first the failing step and its error, then the last lines
   */
  build(request: ImageBuild): Promise<string>;
}

export interface ImageBuild {
  /** Absolute paths. */
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly repository: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Tags of the same repository that hold the build cache: one to read, if there is one, and one to write. */
  readonly cache: { readonly from?: string; readonly to: string };
}

/** What a build pushed, before it may be called a release. */
export interface Candidates {
  /**
   * The digest that runs on a platform.
   *
   * @throws OperatorError `wrong-platform` if it was built for another
   */
  resolve(request: {
    readonly repository: string;
    readonly digest: string;
    readonly platform: string;
  }): Promise<string>;

  /** The vulnerability scan of a platform's digest; ECR keeps no findings for an index. */
  scan(repository: string, digest: string): Promise<ScanState>;

  /**
   * Gives it a release's tag, which can never be moved.
   *
   * @returns `taken` if the tag already stands for another image
   */
  publish(request: {
    readonly repository: string;
    readonly digest: string;
    readonly tag: string;
  }): Promise<"published" | "taken">;

  /** Labels of a platform's image, as it was built with them. */
  labels(repository: string, digest: string): Promise<Readonly<Record<string, string>>>;

  /** The tag with a prefix that was pushed last, or undefined. */
  newestTag(repository: string, prefix: string): Promise<string | undefined>;
}

/** How to log in to a registry. */
export interface RegistryLogin {
  /** Host, with the port if it is not the usual one. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}
