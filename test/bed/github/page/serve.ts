import type { ServerResponse } from "node:http";
import type { World } from "../world.ts";

/** Serves what people see. */
export async function servePage(
  world: World,
  { response, path }: { readonly response: ServerResponse; readonly path: string },
): Promise<void> {
  response.writeHead(404, { "content-type": "text/plain" }).end(`${world.url}${path} has no page\n`);
}
