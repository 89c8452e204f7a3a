/** A built image as the documents that are pushed: configuration, manifest, attestations and index. */
import { attestations } from "./attestations.ts";
import { digestOf } from "./digest.ts";
import type { Layer } from "./layer.ts";
import type { StageImage } from "./stage-image.ts";

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  statement: "application/vnd.in-toto+json",
} as const;

export interface Document {
  readonly digest: string;
  readonly content: Uint8Array;
  readonly mediaType: string;
}

export interface OciImage {
  readonly layers: readonly Layer[];
  /** Blobs besides the layers: configurations and attestations. */
  readonly blobs: readonly Document[];
  readonly config: Document;
  readonly manifest: Document;
  readonly attestation: Document;
  readonly index: Document;
}

/** @param about.repository without the registry, so that equal input gives equal bytes wherever it is pushed */
export function ociImage(image: StageImage, about: { readonly repository: string; readonly target: string }): OciImage {
  const [os, architecture] = image.platform.split("/");
  const layers = image.layers.filter((_, index) => !isEmptyLayer(image, index));
  const config = json(mediaTypes.config, {
    architecture,
    os,
    config: image.config,
    created: "1970-01-01T00:00:00Z",
    history: image.history,
    rootfs: { type: "layers", diff_ids: image.layers.map(({ diffId }) => diffId) },
  });
  const manifest = json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(config),
    layers: image.layers.map(({ digest, content }) => ({ mediaType: mediaTypes.layer, digest, size: content.length })),
  });
  const statements = attestations(image, { ...about, digest: manifest.digest }).map(({ predicateType, statement }) => ({
    ...json(mediaTypes.statement, statement),
    annotations: { "in-toto.io/predicate-type": predicateType },
  }));
  const attestationConfig = json(mediaTypes.config, {
    architecture: "unknown",
    os: "unknown",
    config: {},
    rootfs: { type: "layers", diff_ids: statements.map(({ digest }) => digest) },
  });
  const attestation = json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(attestationConfig),
    layers: statements.map(({ annotations, ...statement }) => ({ ...descriptor(statement), annotations })),
  });
  const index = json(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [
      { ...descriptor(manifest), platform: { architecture, os } },
      {
        ...descriptor(attestation),
        annotations: {
          "vnd.docker.reference.digest": manifest.digest,
          "vnd.docker.reference.type": "attestation-manifest",
        },
        platform: { architecture: "unknown", os: "unknown" },
      },
    ],
  });
  return { layers, blobs: [config, attestationConfig, ...statements], config, manifest, attestation, index };
}

/** Pushing one empty layer once is enough; manifests may name it many times. */
function isEmptyLayer({ layers }: StageImage, index: number): boolean {
  return layers.findIndex(({ digest }) => digest === layers[index]?.digest) < index;
}

export function json(mediaType: string, value: unknown): Document {
  const content = Buffer.from(JSON.stringify(value, undefined, 2));
  return { digest: digestOf(content), content, mediaType };
}

export function descriptor({ mediaType, digest, content }: Document): object {
  return { mediaType, digest, size: content.length };
}
