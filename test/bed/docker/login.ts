/** Credentials in `$DOCKER_CONFIG/config.json`, as docker keeps them where there is no credential helper. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DockerFailure } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { registryAddress } from "./registry.ts";

interface Config {
  readonly auths?: Readonly<Record<string, { readonly auth: string }>>;
}

/** Folder of docker's configuration. */
export function configFolder(): string {
  return process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
}

/** `user:password` in base64, or undefined. */
export function credentialsFor(registry: string): string | undefined {
  return readConfig().auths?.[registry]?.auth;
}

export async function login(args: readonly string[]): Promise<void> {
  const { values, positional } = parseFlags("login", args, {
    "--username": "value",
    "-u": "value",
    "--password-stdin": "switch",
  });
  const [registry] = positional;
  const username = (values.get("--username") ?? values.get("-u"))?.[0];
  if (registry === undefined || username === undefined || !values.has("--password-stdin")) {
    throw new DockerFailure(["Error: the stand-in logs in with a registry, --username and --password-stdin only"]);
  }
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const url = `${registryAddress(registry)}/v2/`;
  const response = await fetch(url, { headers: { authorization: `Basic ${auth}` } }).catch((error: unknown) => {
    throw new DockerFailure([`Error response from daemon: Get "${url}": ${String((error as Error).cause ?? error)}`]);
  });
  if (!response.ok) {
    throw new DockerFailure([
      `Error response from daemon: login attempt to ${url} failed with status: ${response.status} ${response.statusText}`,
    ]);
  }
  const config = readConfig();
  writeConfig({ ...config, auths: { ...config.auths, [registry]: { auth } } });
  console.log("Login Succeeded");
}

export function logout([registry = ""]: readonly string[]): void {
  const { auths = {}, ...rest } = readConfig();
  writeConfig({ ...rest, auths: Object.fromEntries(Object.entries(auths).filter(([name]) => name !== registry)) });
  console.log(`Removing login credentials for ${registry}`);
}

function readConfig(): Config {
  try {
    return JSON.parse(readFileSync(join(configFolder(), "config.json"), "utf8")) as Config;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return {};
  }
}

function writeConfig(config: Config): void {
  mkdirSync(configFolder(), { recursive: true, mode: 0o700 });
  writeFileSync(join(configFolder(), "config.json"), JSON.stringify(config, undefined, "\t"), { mode: 0o600 });
}
