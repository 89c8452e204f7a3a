/** What became of the images of a release. */
import type { ScanVerdict } from "./scan.ts";
import type { ServiceRole } from "./service.ts";

export interface ReleaseImage {
  readonly role: ServiceRole;
  readonly repository: string;
  /** Digest that runs on the environment's platform. */
  readonly digest: string;
  readonly outcome: "built" | "present" | "copied";
  readonly durationMs: number;
  /** Undefined of an image that was there. */
  readonly scan?: ScanVerdict;
}

export interface BuiltRelease {
  readonly release: string;
  readonly revision: string;
  readonly images: readonly ReleaseImage[];
}
