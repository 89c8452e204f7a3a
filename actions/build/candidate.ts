import type { Environment } from "../lib/domain/environment.ts";
import type { ScanVerdict } from "../lib/domain/scan.ts";
import type { ServiceRole } from "../lib/domain/service.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Candidates, ImageBuilder } from "../lib/ports/images.ts";
import type { Progress } from "../lib/ports/progress.ts";
import type { Source } from "../lib/ports/source.ts";
import { scanGate } from "./scan-gate.ts";

/** An image that was built, pushed and checked, and has no release's tag yet. */
export interface Candidate {
  readonly role: ServiceRole;
  readonly repository: string;
  /** Digest that was pushed, and the one in it that runs on the environment's platform. */
  readonly pushed: string;
  readonly digest: string;
  readonly durationMs: number;
  readonly scan: ScanVerdict;
}

/** Tags of the build cache; the newest is read, whichever release it is of, and each release writes its own. */
const cachePrefix = "cache-";

/**
 * Builds one image of a release and holds it against what the environment asks: platform and scan.
 *
 * @throws OperatorError `build-failed`, `wrong-platform`, `scan-refused`, `scan-missing`
 */
export async function buildCandidate(
  request: {
    readonly environment: Environment;
    readonly release: string;
    readonly role: ServiceRole;
    readonly source: Source;
  },
  ports: {
    readonly builder: ImageBuilder;
    readonly candidates: Candidates;
    readonly clock: Clock;
    readonly progress: Progress;
  },
): Promise<Candidate> {
  const { environment, release, role, source } = request;
  const { repository, platform, context, dockerfile, target } = environment.images[role];
  const started = ports.clock.now().getTime();
  const from = await ports.candidates.newestTag(repository, cachePrefix);
  const pushed = await ports.builder.build({
    context: await source.locate(context),
    dockerfile: await source.locate(dockerfile),
    platform,
    repository,
    // The names of the OCI's image specification, "Annotations".
    labels: {
      "org.opencontainers.image.revision": source.revision,
      "org.opencontainers.image.version": release,
      ...(source.origin !== undefined && { "org.opencontainers.image.source": source.origin }),
    },
    cache: { to: `${cachePrefix}${release}`, ...(from !== undefined && { from }) },
    ...(target !== undefined && { target }),
  });
  const digest = await ports.candidates.resolve({ repository, digest: pushed, platform });
  ports.progress.say(`${repository} is pushed as ${digest}`);
  const scan = await scanGate({ repository, digest, failOn: environment.imageScan.failOn }, ports);
  return { role, repository, pushed, digest, scan, durationMs: ports.clock.now().getTime() - started };
}
