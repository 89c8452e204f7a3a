#!/usr/bin/env node
/** Starts the AWS and GitHub beds until Ctrl-C, and prints one JSON line with where they are. */
import { createHash } from "node:crypto";
import { commandLine } from "../../scripts/command-line.ts";
import { type AwsBed, startAwsBed } from "./aws/bed.ts";
import { bedClock } from "./clock.ts";
import { faultHelp, putFault } from "./faults/fault-option.ts";
import { startGitHubBed } from "./github/bed.ts";

const usage = `scripts/bed [options]: an AWS and a GitHub on this machine, until Ctrl-C

  --port N        port of the AWS bed (default: any free one)
  --latency MS    milliseconds before each AWS answer (default: 0)
  --limits        throttle as AWS's and GitHub's published rate limits do
  --speed N       bed seconds per real second (default: 1)
  --seed TEXT     the same seed gives the same ids and chances (default: bed); it is printed, so that a run can be repeated
  --fault FAULT   something that goes wrong, as often as you like (see --help faults)
  --help faults   the faults there are`;

const faults = `scripts/bed --fault FAULT: what can go wrong. What is in brackets may be left out; seconds are the bed's.

${faultHelp()}

  {"kind": "throttling", "percent": 5, "match": {"service": "ecs"}}
      any fault of AWS's front as JSON

A bed that runs takes them as well, and lets everything be well again:

  curl -d 'crash,family=hospital-a,seconds=5' http://127.0.0.1:PORT/_bed/faults
  curl -X DELETE http://127.0.0.1:PORT/_bed/faults
  curl -d '{"exhausted": ["FARGATE"]}' http://127.0.0.1:PORT/_bed/ecs
  curl -d '{"logicalId": "Database", "phase": "update"}' http://127.0.0.1:PORT/_bed/stacks`;

const { values, refuse } = commandLine(
  { usage, pages: { faults } },
  {
    options: {
      port: { type: "string", default: "0" },
      latency: { type: "string", default: "0" },
      limits: { type: "boolean", default: false },
      speed: { type: "string", default: "1" },
      seed: { type: "string", default: "bed" },
      fault: { type: "string", multiple: true, default: [] },
    },
  },
);
await start();

async function start(): Promise<void> {
  const port = numberOf("port");
  const latency = numberOf("latency");
  const speed = numberOf("speed", 1);
  const clock = bedClock(speed);
  // GitHub's chances come from a number; the text stands for one.
  const seed = createHash("sha256").update(values.seed).digest().readUInt32BE();
  const github = await startGitHubBed({ clock, seed, enforceRateLimits: values.limits });
  const aws: AwsBed = await startAwsBed({
    ...{ clock, port, seed: values.seed, limits: values.limits ? "published" : "none" },
    ...(latency > 0 && { latency }),
    typed: { put: (text) => putFault({ aws, github }, text), clear: () => github.faults.clear() },
  });
  github.addUser("you");
  await github.createRepository({
    owner: "you",
    name: "rehearsal",
    files: { "README.md": "# Rehearsal\n" },
    collaborators: { you: "admin" },
  });
  for (const fault of values.fault) {
    try {
      putFault({ aws, github }, fault);
    } catch (error) {
      await Promise.all([aws.stop(), github.close()]);
      refuse(`--fault ${fault}: ${(error as Error).message}`);
    }
  }
  console.log(
    JSON.stringify({
      aws: aws.url,
      registry: aws.registryUrl,
      github: github.url,
      seed: values.seed,
      faults: values.fault,
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

function numberOf(name: "port" | "latency" | "speed", least = 0): number {
  const number = Number(values[name]);
  if (Number.isFinite(number) && number >= least) return number;
  return refuse(`--${name} must be a number of at least ${least}, got ${values[name]}`);
}
