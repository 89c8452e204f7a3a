/** An environment's registry, bucket and builder that keep state, for tests of the build of a release. */
import type { BuildPorts } from "../../actions/build/build.ts";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { platformDigest } from "../../actions/lib/domain/image.ts";
import type { SourceEntry } from "../../actions/lib/domain/migration-set.ts";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import type { ScanState } from "../../actions/lib/domain/scan.ts";
import type { ImageBuild } from "../../actions/lib/ports/images.ts";
import { digestOf } from "../bed/docker/digest.ts";

export const RELEASE = "v1.4.0";
export const REVISION = "1f0c2d3e4b5a69788796a5b4c3d2e1f000112233";

const image = (role: string) =>
  ({
    repository: `mate/${role}`,
    platform: "linux/amd64",
    context: ".",
    dockerfile: "Dockerfile",
    target: role,
  }) as const;

/** What the build reads of an environment. */
export const environment = {
  name: "production",
  application: { repository: "https://github.com/mate-health/mate.git" },
  images: { django: image("django"), celery: image("celery"), beat: image("beat") },
  imageScan: { failOn: "critical" },
} as unknown as Environment;

export class BuildWorld {
  /** `repository:tag` → digest that was pushed. */
  readonly tags = new Map<string, string>();
  /** Pushed digest → index. */
  readonly pushed = new Map<string, string>();
  /** Platform's digest → commit that it was built from. */
  readonly revisions = new Map<string, string>();
  readonly objects = new Map<string, unknown>();
  readonly builds: ImageBuild[] = [];
  readonly said: string[] = [];
  revision = REVISION;
  entries: readonly SourceEntry[] = [{ path: "appointments/migrations/0001_initial.py", object: "1" }];
  /** Platform that comes out of the builds. */
  platform = "linux/amd64";
  /** Scan of an image by its platform digest; asked once per poll. */
  scan: (repository: string, digest: string) => ScanState = () => ({ state: "done", counts: {}, findings: [] });
  /** Repositories whose build fails. */
  readonly broken = new Set<string>();
  /** Called when a tag is about to be given: another run may be faster. */
  beforePublish: () => void = () => {};
  /** Called when time has passed. */
  whenAsleep: () => void = () => {};
  now = 0;

  /** The platform's digest of what was pushed. */
  digest(pushed: string): string {
    return (
      (JSON.parse(this.pushed.get(pushed) ?? "{}") as { manifests: { digest: string }[] }).manifests[0]?.digest ?? ""
    );
  }

  push(repository: string, content: string): string {
    const manifests = [
      { digest: digestOf(Buffer.from(`${repository} ${content}`)), platform: platformOf(this.platform) },
      {
        digest: digestOf(Buffer.from(`attestation ${repository} ${content}`)),
        platform: platformOf("unknown/unknown"),
      },
    ];
    const index = JSON.stringify({ manifests });
    const digest = digestOf(Buffer.from(index));
    this.pushed.set(digest, index);
    this.revisions.set(this.digest(digest), content);
    return digest;
  }

  ports(): BuildPorts {
    return {
      images: {
        find: async ({ repository, tag }) => {
          const pushed = this.tags.get(`${repository}:${tag}`);
          return pushed === undefined ? undefined : this.digest(pushed);
        },
      },
      builder: {
        build: async (request) => {
          this.builds.push(request);
          if (this.broken.has(request.repository)) {
            throw new OperatorError(
              "build-failed",
              `building ${request.repository} failed at [${request.target} 2/3] RUN false`,
            );
          }
          return this.push(request.repository, request.labels["org.opencontainers.image.revision"] ?? "");
        },
      },
      candidates: {
        resolve: async ({ repository, digest, platform }) =>
          platformDigest({ digest, manifest: this.pushed.get(digest) ?? "{}", name: repository }, platform),
        scan: async (repository, digest) => this.scan(repository, digest),
        publish: async ({ repository, digest, tag }) => {
          this.beforePublish();
          const there = this.tags.get(`${repository}:${tag}`);
          if (there === undefined) this.tags.set(`${repository}:${tag}`, digest);
          return there === undefined || there === digest ? "published" : "taken";
        },
        labels: async (_repository, digest) => ({
          "org.opencontainers.image.revision": this.revisions.get(digest) ?? "",
        }),
        newestTag: async (repository, prefix) =>
          [...this.tags.keys()].findLast((name) => name.startsWith(`${repository}:${prefix}`))?.split(":")[1],
      },
      sources: {
        withSource: async (_request, work) =>
          await work({
            folder: "/source",
            locate: async (path) => `/source/${path}`,
            revision: this.revision,
            origin: "https://github.com/mate-health/mate.git",
            entries: this.entries,
          }),
      },
      records: {
        get: async (key) => (this.objects.has(key) ? { value: this.objects.get(key), tag: "1" } : undefined),
        put: async (key, value) => {
          this.objects.set(key, JSON.parse(JSON.stringify(value)));
          return "1";
        },
        delete: async (key) => void this.objects.delete(key),
        list: async (prefix) => [...this.objects.keys()].filter((key) => key.startsWith(prefix)),
      },
      clock: {
        now: () => new Date(this.now),
        sleep: async (milliseconds) => {
          this.now += milliseconds;
          this.whenAsleep();
        },
      },
      progress: { say: (line) => void this.said.push(line) },
    };
  }
}

function platformOf(name: string): { readonly os: string; readonly architecture: string } {
  const [os = "", architecture = ""] = name.split("/");
  return { os, architecture };
}
