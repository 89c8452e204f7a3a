/** The data behind ElastiCache: for each endpoint that a container asks for, a Redis with TLS and the token of that endpoint. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Addresses } from "./addresses.ts";
import type { Authority } from "./certificates.ts";
import { listens, type Running, startServer } from "./program.ts";

export interface Caches {
  /** Address of the server for an endpoint; the token is taken from the first that asks. */
  at(host: string, token: string): Promise<string>;
  close(): Promise<void>;
}

export function redisCaches(place: {
  readonly folder: string;
  readonly authority: Authority;
  readonly addresses: Addresses;
}): Caches {
  const servers = new Map<string, Promise<Running & { readonly address: string }>>();
  return {
    at: async (host, token) => {
      const known = servers.get(host) ?? startCache({ host, token }, place);
      servers.set(host, known);
      return (await known).address;
    },
    close: async () => {
      for (const server of await Promise.allSettled(servers.values()))
        if (server.status === "fulfilled") await server.value.stop();
    },
  };
}

async function startCache(
  { host, token }: { readonly host: string; readonly token: string },
  { folder, authority, addresses }: Parameters<typeof redisCaches>[0],
): Promise<Running & { readonly address: string }> {
  await mkdir(join(folder, host), { recursive: true });
  const { key, certificate } = await authority.issue(host);
  const address = await addresses.next();
  const running = await startServer(
    [
      "redis-server",
      ...["--bind", address, "--port", "0", "--tls-port", "6379", "--save", "", "--dir", join(folder, host)],
      ...["--tls-key-file", key, "--tls-cert-file", certificate, "--tls-ca-cert-file", authority.certificate],
      ...["--tls-auth-clients", "no", "--requirepass", token],
    ],
    { log: join(folder, host, "log"), ready: () => listens(6379, address) },
  );
  return { ...running, address };
}
