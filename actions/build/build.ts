import type { BuiltRelease, ReleaseImage } from "../lib/domain/built-release.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { ReleaseRecord } from "../lib/domain/release-record.ts";
import { type ServiceRole, serviceOrder } from "../lib/domain/service.ts";
import { builtRelease } from "../lib/engine/built-release.ts";
import { builtDigests } from "../lib/engine/tenant-images.ts";
import { together } from "../lib/engine/together.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Candidates, ImageBuilder, Images } from "../lib/ports/images.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Records } from "../lib/ports/records.ts";
import type { Sources } from "../lib/ports/source.ts";
import { buildCandidate, type Candidate } from "./candidate.ts";
import { remember } from "./remember.ts";
import { takeOver } from "./take-over.ts";

export interface BuildRequest {
  readonly environment: Environment;
  readonly release: string;
}

export interface BuildPorts {
  readonly images: Images;
  readonly candidates: Candidates;
  readonly builder: ImageBuilder;
  readonly sources: Sources;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
}

/**
 * Builds what a release lacks. An image gets the release's tag only after all of them were built, are for the right platform and
 * passed the scan, so a tag that exists stands for an image that may be deployed, and a failure leaves no tag behind. An environment
 * whose releases come from another one builds nothing and takes over what was built there.
 *
 * @throws OperatorError `build-failed`, `wrong-platform`, `scan-refused`, `scan-missing`, `release-moved`,
 * `release-not-replicated`, and what getting the source can say
 */
export async function build(request: BuildRequest, ports: BuildPorts): Promise<BuiltRelease> {
  const { environment, release } = request;
  const present = await builtDigests(environment, release, ports.images);
  const missing = serviceOrder.filter((role) => present[role] === undefined);
  const record = await builtRelease(release, ports.records);
  if (missing.length === 0 && record !== undefined && sameImages(record, present)) {
    ports.progress.say(`${release} has all its images`);
    return { release, revision: record.revision, images: presentImages(environment, present) };
  }
  if (environment.releasesFrom !== undefined) return await takeOver(request, ports);
  const wanted = { application: environment.application, release };
  return await ports.sources.withSource(wanted, async (source) => {
    if (record !== undefined && record.revision !== source.revision && missing.length < serviceOrder.length) {
      throw new OperatorError(
        "release-moved",
        `some images of ${release} were built from ${record.revision}, but ${release} is ${source.revision} now; a release never changes: tag a new one`,
      );
    }
    if (missing.length > 0) ports.progress.say(`building ${missing.join(", ")} of ${release} from ${source.revision}`);
    const candidates = await together(missing, missing.length, (role) =>
      buildCandidate({ environment, release, role, source }, ports),
    );
    // Before the first tag, so that a run that takes over from a lost one knows what the tags it finds were built from.
    await remember(request, { source, digests: { ...present, ...digestsOf(candidates) } }, ports);
    const taken = await publish(release, candidates, ports);
    const digests = await builtDigests(environment, release, ports.images);
    if (taken) await remember(request, { source, digests }, ports);
    const built = candidates.filter(({ role, digest }) => digests[role] === digest);
    const images = presentImages(environment, digests).map(
      (image) => built.map(builtImage).find(({ role }) => role === image.role) ?? image,
    );
    return { release, revision: source.revision, images };
  });
}

type Digests = Readonly<Partial<Record<ServiceRole, string>>>;

/** @returns whether another run was faster with one of them; then that one's image is the release's */
async function publish(release: string, list: readonly Candidate[], { candidates }: BuildPorts): Promise<boolean> {
  const ends = await together(list, list.length, ({ repository, pushed }) =>
    candidates.publish({ repository, digest: pushed, tag: release }),
  );
  return ends.includes("taken");
}

function sameImages(record: ReleaseRecord, digests: Digests): boolean {
  return serviceOrder.every((role) => record.images[role] === digests[role]);
}

function digestsOf(candidates: readonly Candidate[]): Digests {
  return Object.fromEntries(candidates.map(({ role, digest }) => [role, digest]));
}

function presentImages(environment: Environment, digests: Digests): readonly ReleaseImage[] {
  return serviceOrder.flatMap((role) => {
    const digest = digests[role];
    const { repository } = environment.images[role];
    return digest === undefined ? [] : [{ role, repository, digest, outcome: "present", durationMs: 0 } as const];
  });
}

function builtImage({ role, repository, digest, durationMs, scan }: Candidate): ReleaseImage {
  return { role, repository, digest, outcome: "built", durationMs, scan };
}
