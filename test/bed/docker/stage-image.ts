/** An image while it is built: its files, its layers and its configuration. */
import type { Entry, FileTree } from "./file-tree.ts";
import { type Layer, layerOf } from "./layer.ts";

/** The configuration of containers, in the words of the OCI image specification. */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[];
  readonly Healthcheck?: Readonly<Record<string, unknown>>;
}

export interface StageImage {
  /** `linux/amd64` */
  readonly platform: string;
  /** Base image, by the name in the Dockerfile; `scratch` is none. */
  readonly base: string;
  readonly files: FileTree;
  readonly layers: readonly Layer[];
  readonly history: readonly { readonly created_by: string; readonly empty_layer?: true }[];
  readonly config: ContainerConfig;
  /** Whether a RUN that was not executed would have made more files. */
  readonly isPartial: boolean;
}

/** An image from a base that counts as empty. */
export function emptyImage(base: string, platform: string): StageImage {
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    platform,
    base,
    files: new Map(),
    layers: [],
    history: [],
    config: { Env: [path], WorkingDir: "/" },
    isPartial: base !== "scratch",
  };
}

/** One more layer with these files, folders around them included. */
export function withFiles(image: StageImage, files: FileTree, by: string): StageImage {
  return {
    ...image,
    files: new Map<string, Entry>([...image.files, ...files]),
    layers: [...image.layers, layerOf(files)],
    history: [...image.history, { created_by: by }],
  };
}

/** Another configuration, without a layer. */
export function withConfig(image: StageImage, change: Partial<ContainerConfig>, by: string): StageImage {
  return {
    ...image,
    config: { ...image.config, ...change },
    history: [...image.history, { created_by: by, empty_layer: true }],
  };
}
