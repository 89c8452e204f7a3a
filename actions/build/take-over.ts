import type { BuiltRelease, ReleaseImage } from "../lib/domain/built-release.ts";
import type { Environment } from "../lib/domain/environment.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import { notReplicated } from "../lib/domain/promotion.ts";
import { type ServiceRole, serviceOrder } from "../lib/domain/service.ts";
import { builtDigests } from "../lib/engine/tenant-images.ts";
import { together } from "../lib/engine/together.ts";
import { waitFor } from "../lib/engine/wait.ts";
import type { BuildPorts, BuildRequest } from "./build.ts";
import { remember } from "./remember.ts";
import { scanGate } from "./scan-gate.ts";

/** How long ECR is waited for. Nearly all copies are there within half an hour, most within minutes; the next deployment waits again. */
const atMostMs = 10 * 60_000;
const everyMs = [2_000, 5_000, 15_000];

/** The name of the OCI's image specification, "Annotations", that builds give their images. */
const revisionLabel = "org.opencontainers.image.revision";

/**
 * Makes a release of what another environment built, once its images are here: they were built from the commit that the release is,
 * and pass this environment's own scan. Digests are the same in both, so what was tried there is what runs here.
 *
 * @throws OperatorError `release-not-replicated`, `release-moved`, `scan-refused`, `scan-missing`, and what getting the source can say
 */
export async function takeOver(request: BuildRequest, ports: BuildPorts): Promise<BuiltRelease> {
  const { environment, release } = request;
  const digests = await waitFor(ports.clock, { everyMs, atMostMs }, async () => whole(await found(request, ports)));
  if (digests === undefined) throw notReplicated(environment, release);
  return await ports.sources.withSource({ application: environment.application, release }, async (source) => {
    const images = await together(serviceOrder, serviceOrder.length, (role) =>
      accepted({ role, digest: digests[role], revision: source.revision }, request, ports),
    );
    await remember(request, { source, digests }, ports);
    ports.progress.say(`${release} is what ${environment.releasesFrom} runs, from ${source.revision}`);
    return { release, revision: source.revision, images };
  });
}

type Digests = Readonly<Record<ServiceRole, string>>;

function found({ environment, release }: BuildRequest, { images }: BuildPorts): Promise<Partial<Digests>> {
  return builtDigests(environment, release, images);
}

function whole(digests: Partial<Digests>): Digests | undefined {
  return serviceOrder.every((role) => digests[role] !== undefined) ? (digests as Digests) : undefined;
}

async function accepted(
  image: { readonly role: ServiceRole; readonly digest: string; readonly revision: string },
  { environment, release }: { readonly environment: Environment; readonly release: string },
  ports: BuildPorts,
): Promise<ReleaseImage> {
  const { role, digest, revision } = image;
  const { repository } = environment.images[role];
  const labels = await ports.candidates.labels(repository, digest);
  const from = labels[revisionLabel] ?? "no revision it names";
  if (from !== revision) {
    throw new OperatorError(
      "release-moved",
      `${repository} of ${release} was built from ${from} in ${environment.releasesFrom}, but ${release} is ${revision} now; a release never changes: tag a new one`,
    );
  }
  const scan = await scanGate({ repository, digest, failOn: environment.imageScan.failOn }, ports);
  return { role, repository, digest, outcome: "copied", durationMs: 0, scan };
}
