/** Pushing what was built, and the cache of it. */
import { DockerFailure } from "./failure.ts";
import { type BuildLog, StepFailure } from "./log.ts";
import { credentialsFor } from "./login.ts";
import { descriptor, json, mediaTypes, type OciImage } from "./oci-image.ts";
import { registryOf } from "./registry.ts";

/** An image's name without its tag; the tag is undefined where the push is by digest. */
export interface PushTarget {
  readonly name: string;
  readonly tag?: string;
}

export async function pushImage(image: OciImage, { name, tag }: PushTarget, log: BuildLog): Promise<void> {
  await log.step("exporting to image", async (say) => {
    say("exporting layers done");
    say(`exporting manifest ${image.manifest.digest} done`);
    say(`exporting config ${image.config.digest} done`);
    say(`exporting attestation manifest ${image.attestation.digest} done`);
    say(`exporting manifest list ${image.index.digest} done`);
    await asStep(async () => {
      const registry = registryFor(name);
      say("pushing layers");
      for (const { content } of [...image.layers, ...image.blobs]) await registry.blob(content);
      say(`pushing manifest for ${name}${tag === undefined ? "" : `:${tag}`}@${image.index.digest}`);
      for (const { digest, content, mediaType } of [image.manifest, image.attestation]) {
        await registry.manifest(digest, content, mediaType);
      }
      // The last request gives the tag, so a push that broke off leaves none.
      await registry.manifest(tag ?? image.index.digest, image.index.content, mediaTypes.index);
    });
  });
}

/** A cache that is not there costs time only: BuildKit prints the error and goes on. */
export async function importCache(reference: string, log: BuildLog): Promise<void> {
  const { name, tag = "latest" } = nameAndTag(reference);
  await log.step(`importing cache manifest from ${reference}`, async (say) => {
    if (!(await registryFor(name).has(tag)))
      say(`failed to configure registry cache importer: ${reference}: not found`);
  });
}

/** @param errors `ignored` goes on when the registry refuses */
export async function exportCache(
  image: OciImage,
  to: { readonly reference: string; readonly errors: "ignored" | "fatal" },
  log: BuildLog,
): Promise<void> {
  const { name, tag = "latest" } = nameAndTag(to.reference);
  await log.step("exporting cache to registry", async (say) => {
    say("preparing build cache for export");
    const layers = image.layers.map(({ digest, content }) => ({
      mediaType: mediaTypes.layer,
      digest,
      size: content.length,
    }));
    const config = json("application/vnd.buildkit.cacheconfig.v0", {
      layers: layers.map(({ digest: blob }) => ({ blob })),
    });
    const manifest = json(mediaTypes.manifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: descriptor(config),
      layers,
    });
    try {
      const registry = registryFor(name);
      for (const { content } of [...image.layers, config]) await registry.blob(content);
      await registry.manifest(tag, manifest.content, manifest.mediaType);
      say(`writing cache manifest ${manifest.digest} done`);
    } catch (error) {
      if (!(error instanceof DockerFailure)) throw error;
      if (to.errors === "fatal") throw new StepFailure(error.message);
      say(`error writing the cache, ignored: ${error.message}`);
    }
  });
}

/** `host:port/path:tag`; a colon before the last slash belongs to the port. */
export function nameAndTag(reference: string): PushTarget {
  const colon = reference.lastIndexOf(":");
  if (colon <= reference.lastIndexOf("/")) return { name: reference };
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function registryFor(name: string): ReturnType<typeof registryOf> {
  return registryOf(name, credentialsFor(name.slice(0, name.indexOf("/"))));
}

async function asStep(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DockerFailure)) throw error;
    throw new StepFailure(error.message);
  }
}
