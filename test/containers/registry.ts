/**
 * Debian's docker-registry behind the bed's ECR. Layers and manifests are in the real registry; who may push, which tag stands for what
 * and whether it may be moved is what the bed's ECR says, so that the ECR API shows what was pushed.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { AwsBed } from "../bed/aws/bed.ts";
import { readRequest } from "../bed/aws/protocols/http-request.ts";
import { answerRegistry } from "../bed/aws/registry/registry.ts";
import { readManifest } from "../bed/aws/services/ecr/manifest.ts";
import { type Image, imageFor, type Repository, repositoriesOf } from "../bed/aws/services/ecr/repositories.ts";
import { freePort } from "../fixtures/free-port.ts";
import { listens, startServer } from "./program.ts";

export interface Registry {
  /** Where docker pushes to with a token of ECR: host and port. */
  readonly front: string;
  /** The registry itself, which asks for no token. */
  readonly store: string;
  close(): Promise<void>;
}

const where = { account: "123456789012", region: "us-east-1" };

export async function startRegistry(bed: AwsBed, folder: string): Promise<Registry> {
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  const configuration = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: `127.0.0.1:${port}` },
  };
  await writeFile(join(folder, "registry.yml"), JSON.stringify(configuration));
  const store = await startServer(["docker-registry", "serve", join(folder, "registry.yml")], {
    log: join(folder, "log"),
    ready: () => listens(port),
  });
  const server = createServer((incoming, answer) => {
    pass({ bed, port }, incoming, answer).catch((error: unknown) => {
      answer.writeHead(500);
      answer.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    front: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    store: `127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.stop();
    },
  };
}

interface Behind {
  readonly bed: AwsBed;
  readonly port: number;
}

async function pass(behind: Behind, incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const [, name = "", reference = ""] = /^\/v2\/(.+)\/manifests\/([^?]+)/.exec(incoming.url ?? "") ?? [];
  const repository = repositoriesOf(behind.bed.world, where).get(name);
  if (repository !== undefined && incoming.method === "PUT")
    return await putManifest(behind, repository, incoming, answer);
  const ping = { method: "GET", host: "", path: "/v2/", query: new URLSearchParams(), body: new Uint8Array() };
  const allowed = await answerRegistry(behind.bed.world, {
    ...ping,
    headers: { authorization: incoming.headers.authorization },
  });
  if (allowed.status !== 200) {
    incoming.resume();
    answer.writeHead(allowed.status, allowed.headers);
    answer.end(allowed.body);
    return;
  }
  const image = repository === undefined || reference === "" ? undefined : imageNamed(repository, reference);
  const url = image === undefined ? incoming.url : `/v2/${name}/manifests/${image.digest}`;
  const { authorization: _, ...headers } = incoming.headers;
  await new Promise<void>((resolve, reject) => {
    const onward = forward(
      { host: "127.0.0.1", port: behind.port, method: incoming.method, path: url, headers },
      (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer).once("finish", resolve).once("close", resolve);
      },
    );
    onward.once("error", reject);
    incoming.pipe(onward);
  });
}

/** ECR decides first, so that a tag that may not be moved never reaches the store. */
async function putManifest(
  { bed, port }: Behind,
  repository: Repository,
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const request = await readRequest(incoming);
  const { config, layers = [] } = readManifest(Buffer.from(request.body).toString("utf8"));
  const store = `http://127.0.0.1:${port}/v2/${repository.name}`;
  for (const { digest } of [...(config === undefined ? [] : [config]), ...layers]) {
    const { status } = await fetch(`${store}/blobs/${digest}`, { method: "HEAD" });
    // ECR has to know that the layer is there; its bytes are the store's.
    if (status === 200 && !repository.blobs.has(digest)) repository.blobs.set(digest, new Uint8Array());
  }
  const decided = await answerRegistry(bed.world, request);
  if (decided.status === 201) {
    const digest = decided.headers["Docker-Content-Digest"] ?? "";
    const type = request.headers["content-type"] ?? "application/vnd.oci.image.manifest.v1+json";
    const put = { method: "PUT", headers: { "content-type": type }, body: Buffer.from(request.body) };
    const stored = await fetch(`${store}/manifests/${digest}`, put);
    if (stored.status !== 201) throw new Error(`docker-registry answered ${stored.status}: ${await stored.text()}`);
  }
  answer.writeHead(decided.status, decided.headers);
  answer.end(decided.body);
}

/** Tags are ECR's; the store knows digests only. */
function imageNamed(repository: Repository, reference: string): Image | undefined {
  return reference.startsWith("sha256:") ? undefined : imageFor(repository, { imageTag: reference });
}
