import type { Environment } from "../domain/environment.ts";
import type { SourceEntry } from "../domain/migration-set.ts";

/** The application at one release, in a folder of its own. */
export interface Source {
  readonly folder: string;
  /**
   * The absolute path of a file or folder of the source. A link must not lead out of it: what lies elsewhere on the machine would
   * become part of an image.
   *
   * @throws OperatorError `build-failed` if it is not there, or not inside
   */
  locate(path: string): Promise<string>;
  /** Commit it is; of a folder of this repository, git's id of the folder's content. */
  readonly revision: string;
  /** Where it came from, without credentials. */
  readonly origin?: string;
  /** All its files. */
  readonly entries: readonly SourceEntry[];
}

export interface Sources {
  /**
   * Gets the application's source at a release, for as long as the work takes; nothing of it is left afterwards.
   *
   * @throws OperatorError `no-such-release` if there is no such tag or folder, `source-unreachable` if git cannot read it
   */
  withSource<T>(
    request: { readonly application: Environment["application"]; readonly release: string },
    work: (source: Source) => Promise<T>,
  ): Promise<T>;
}
