/** The commands of the stand-in for docker. */
import { DockerFailure, notInStandIn } from "./failure.ts";

const args = process.argv.slice(2);
try {
  await run(args);
} catch (error) {
  if (!(error instanceof DockerFailure)) throw error;
  for (const line of error.lines) console.error(line);
  process.exitCode = error.exitCode;
}

// Each command loads only what it needs: a build of a release runs a handful of them.
async function run([command = "", ...rest]: readonly string[]): Promise<void> {
  const [subcommand = "", ...further] = rest;
  switch (command === "buildx" ? `buildx ${subcommand}` : command) {
    case "login":
      return await (await import("./login.ts")).login(rest);
    case "logout":
      return (await import("./login.ts")).logout(rest);
    case "buildx version":
      return console.log("github.com/docker/buildx v0.0.0-bed test/bed/docker");
    case "buildx create":
      return (await import("./builders.ts")).createBuilder(further);
    case "buildx rm":
      return (await import("./builders.ts")).removeBuilder(further);
    case "buildx build":
      return await (await import("./build-command.ts")).buildCommand(further);
    default:
      throw notInStandIn(`docker ${command === "buildx" ? `buildx ${subcommand}` : command}`);
  }
}
