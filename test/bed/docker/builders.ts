/** Builders of buildx, remembered beside the configuration. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DockerFailure } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { configFolder } from "./login.ts";

export function createBuilder(args: readonly string[]): void {
  const { values } = parseFlags("buildx create", args, { "--name": "value", "--driver": "value" });
  const name = values.get("--name")?.[0] ?? "builder";
  const driver = values.get("--driver")?.[0] ?? "docker-container";
  if (existsSync(fileOf(name))) throw new DockerFailure([`ERROR: existing instance for "${name}" but no append mode`]);
  mkdirSync(folder(), { recursive: true });
  writeFileSync(fileOf(name), JSON.stringify({ Name: name, Driver: driver }));
  console.log(name);
}

export function removeBuilder(args: readonly string[]): void {
  const { positional } = parseFlags("buildx rm", args, { "--force": "switch" });
  for (const name of positional) {
    assertBuilder(name);
    rmSync(fileOf(name));
    console.log(`${name} removed`);
  }
}

/** @throws DockerFailure in buildx's words if nobody created it */
export function assertBuilder(name: string): void {
  if (!existsSync(fileOf(name))) throw new DockerFailure([`ERROR: no builder "${name}" found`]);
}

function folder(): string {
  return join(configFolder(), "buildx", "instances");
}

function fileOf(name: string): string {
  return join(folder(), encodeURIComponent(name));
}
