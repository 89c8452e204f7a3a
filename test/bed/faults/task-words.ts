/** What can go wrong with containers and capacity. Families and images are matched by a part of their name. */
import * as z from "zod";
import { ecsControls } from "../aws/services/ecs/controls.ts";
import { steerEcs } from "../aws/services/ecs/steering.ts";
import { count, type FaultWord, faultWord, percent, seconds } from "./fault-word.ts";

export const taskWords: Readonly<Record<string, FaultWord>> = {
  "no-capacity": faultWord(
    {
      meaning: "Fargate has nothing to give",
      form: "no-capacity,provider=FARGATE|FARGATE_SPOT",
      values: z.strictObject({ provider: z.enum(["FARGATE", "FARGATE_SPOT"]) }),
    },
    ({ aws }, { provider }) => {
      steerEcs(aws.world, { exhausted: [...ecsControls(aws.world).exhausted, provider] });
    },
  ),
  "never-start": faultWord(
    {
      meaning: "so many percent of tasks never start, though nothing is wrong with them",
      form: "never-start,percent=2",
      values: z.strictObject({ percent }),
    },
    ({ aws }, values) => steerEcs(aws.world, { neverStart: values.percent / 100 }),
  ),
  "slow-launches": faultWord(
    {
      meaning: "Fargate starts so many tasks at once, then so many a second",
      form: "slow-launches,burst=20,per-second=1",
      values: z.strictObject({ burst: count, "per-second": z.coerce.number().positive() }),
    },
    ({ aws }, values) => steerEcs(aws.world, { launches: { burst: values.burst, perSecond: values["per-second"] } }),
  ),
  "image-pull": faultWord(
    {
      meaning: "images with this in their name cannot be pulled",
      form: "image-pull,image=mate/django",
      values: z.strictObject({ image: z.string() }),
    },
    ({ aws }, { image }) => {
      const neverStarts = `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${image}`;
      steerEcs(aws.world, { scripts: [{ match: { image }, behaviour: { neverStarts } }] });
    },
  ),
  crash: faultWord(
    {
      meaning:
        "containers end after so many seconds, each time they are started; a service's circuit breaker trips on it",
      form: "crash,family=hospital-a[,seconds=5][,exit=1][,line=TEXT]",
      values: z.strictObject({
        family: z.string(),
        seconds: seconds.default(5),
        exit: z.coerce.number().int().min(0).max(255).default(1),
        line: z.string().exactOptional(),
      }),
    },
    ({ aws }, { family, seconds: after, exit, line }) => {
      const behaviour = { exitCode: exit, afterMs: after * 1000, ...(line !== undefined && { lines: [line] }) };
      steerEcs(aws.world, { scripts: [{ match: { family }, behaviour }] });
    },
  ),
  unhealthy: faultWord(
    {
      meaning: "health checks fail, from the start or after so many seconds",
      form: "unhealthy,family=hospital-a[,seconds=60]",
      values: z.strictObject({ family: z.string(), seconds: seconds.default(0) }),
    },
    ({ aws }, { family, seconds: after }) =>
      steerEcs(aws.world, { scripts: [{ match: { family }, behaviour: { unhealthy: { afterMs: after * 1000 } } }] }),
  ),
  "slow-health": faultWord(
    {
      meaning: "a task without a health check of its own counts as healthy only after so long",
      form: "slow-health,seconds=300",
      values: z.strictObject({ seconds }),
    },
    ({ aws }, values) => steerEcs(aws.world, { durations: { uncheckedHealthy: values.seconds * 1000 } }),
  ),
  "slow-start": faultWord(
    {
      meaning: "images take so long to be pulled",
      form: "slow-start,seconds=120",
      values: z.strictObject({ seconds }),
    },
    ({ aws }, values) => steerEcs(aws.world, { durations: { pulling: values.seconds * 1000 } }),
  ),
};
