#!/usr/bin/env node
/** Starts the AWS and GitHub beds until Ctrl-C, and prints one JSON line with where they are. */
import { parseArgs } from "node:util";
import { startAwsBed } from "./aws/bed.ts";
import { bedClock } from "./clock.ts";
import { startGitHubBed } from "./github/bed.ts";

const usage = `scripts/bed [options]: an AWS and a GitHub on this machine, until Ctrl-C

  --port N        port of the AWS bed (default: any free one)
  --latency MS    milliseconds before each AWS answer (default: 0)
  --limits        throttle as AWS's published rate limits do
  --speed N       bed seconds per real second (default: 1)
  --seed TEXT     the same seed gives the same ids and chances (default: bed)`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    latency: { type: "string", default: "0" },
    limits: { type: "boolean", default: false },
    speed: { type: "string", default: "1" },
    seed: { type: "string", default: "bed" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  const [port, latency, speed] = (["port", "latency", "speed"] as const).map((name) => {
    const number = Number(values[name]);
    if (!Number.isFinite(number) || number < 0 || (name === "speed" && number < 1)) {
      console.error(
        `--${name} must be a number${name === "speed" ? " of at least 1" : ""}, got ${values[name]}\n\n${usage}`,
      );
      process.exit(2);
    }
    return number;
  }) as [number, number, number];
  const clock = bedClock(speed);
  const aws = await startAwsBed({
    clock,
    port,
    seed: values.seed,
    limits: values.limits ? "published" : "none",
    ...(latency > 0 && { latency }),
  });
  const github = await startGitHubBed({ clock });
  github.addUser("you");
  await github.createRepository({
    owner: "you",
    name: "rehearsal",
    files: { "README.md": "# Rehearsal\n" },
    collaborators: { you: "admin" },
  });
  console.log(
    JSON.stringify({
      aws: aws.url,
      registry: aws.registryUrl,
      github: github.url,
      environment: {
        ...aws.environment,
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: github.url,
        GITHUB_TOKEN: github.tokenOf("you"),
        MATE_CLOCK_SPEED: String(speed),
      },
    }),
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void Promise.all([aws.stop(), github.close()]).then(() => process.exit(0));
    });
  }
}
