/** The commands of the stand-in for docker. */
import { buildCommand } from "./build-command.ts";
import { createBuilder, removeBuilder } from "./builders.ts";
import { DockerFailure, notInStandIn } from "./failure.ts";
import { login, logout } from "./login.ts";

const args = process.argv.slice(2);
try {
  await run(args);
} catch (error) {
  if (!(error instanceof DockerFailure)) throw error;
  for (const line of error.lines) console.error(line);
  process.exitCode = error.exitCode;
}

async function run([command = "", ...rest]: readonly string[]): Promise<void> {
  const [subcommand = "", ...further] = rest;
  switch (command === "buildx" ? `buildx ${subcommand}` : command) {
    case "login":
      return await login(rest);
    case "logout":
      return logout(rest);
    case "buildx version":
      return console.log("github.com/docker/buildx v0.0.0-bed test/bed/docker");
    case "buildx create":
      return createBuilder(further);
    case "buildx rm":
      return removeBuilder(further);
    case "buildx build":
      return await buildCommand(further);
    default:
      throw notInStandIn(`docker ${command === "buildx" ? `buildx ${subcommand}` : command}`);
  }
}
