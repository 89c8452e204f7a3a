/** A client of a registry: the OCI distribution specification, as far as pushing needs it. */

import { digestOf } from "./digest.ts";
import { DockerFailure } from "./failure.ts";

export interface Registry {
  /** Pushes a blob that is not there yet. */
  blob(content: Uint8Array): Promise<void>;
  /** @param reference a tag or a digest */
  manifest(reference: string, content: Uint8Array, mediaType: string): Promise<void>;
  has(reference: string): Promise<boolean>;
}

/** The address of a registry: loopback is reached without TLS, as docker does. */
export function registryAddress(host: string): string {
  const plain = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
  return `${plain ? "http" : "https"}://${host}`;
}

/**
 * @param name `host/repository`
 * @param auth `user:password` in base64
 */
export function registryOf(name: string, auth: string | undefined): Registry {
  const slash = name.indexOf("/");
  const base = `${registryAddress(name.slice(0, slash))}/v2/${name.slice(slash + 1)}`;
  const call = async (
    method: string,
    url: string,
    more: { body?: Uint8Array; type?: string } = {},
  ): Promise<Response> =>
    await fetch(new URL(url, base), {
      method,
      headers: {
        ...(auth !== undefined && { authorization: `Basic ${auth}` }),
        ...(more.type !== undefined && { "content-type": more.type }),
      },
      ...(more.body !== undefined && { body: more.body as Uint8Array<ArrayBuffer> }),
    });
  const expect = async (response: Response, method: string): Promise<Response> => {
    if (response.ok) return response;
    throw new DockerFailure([`failed to push ${name}: ${await refusal(response, method, name)}`]);
  };
  return {
    blob: async (content) => {
      const digest = digestOf(content);
      if ((await call("HEAD", `${base}/blobs/${digest}`)).ok) return;
      const started = await expect(await call("POST", `${base}/blobs/uploads/`), "POST");
      const location = new URL(started.headers.get("location") ?? "", base);
      location.searchParams.set("digest", digest);
      await expect(await call("PUT", location.href, { body: content, type: "application/octet-stream" }), "PUT");
    },
    manifest: async (reference, content, type) => {
      await expect(await call("PUT", `${base}/manifests/${reference}`, { body: content, type }), "PUT");
    },
    has: async (reference) => (await call("HEAD", `${base}/manifests/${reference}`)).ok,
  };
}

/** The words of containerd's pusher, which is in BuildKit. */
async function refusal(response: Response, method: string, name: string): Promise<string> {
  if (response.status === 401 || response.status === 403) {
    return `push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
  }
  const { errors = [] } = (await response.json().catch(() => ({}))) as {
    readonly errors?: readonly { readonly code: string; readonly message: string }[];
  };
  const [first] = errors;
  if (first?.code === "NAME_UNKNOWN") return `name unknown: ${first.message}`;
  const details = errors.map(({ code, message }) => `${code}: ${message}`).join("; ");
  return `unexpected status from ${method} request to ${name}: ${response.status} ${response.statusText}${details === "" ? "" : `: ${details}`}`;
}
