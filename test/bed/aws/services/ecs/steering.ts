/** The controls of ECS as JSON, for whoever steers a bed from another process. */
import * as z from "zod";
import type { World } from "../../kernel.ts";
import { behaves, ecsControls, FARGATE_DURATIONS } from "./controls.ts";

const match = z.strictObject({
  image: z.string().optional(),
  command: z.string().optional(),
  container: z.string().optional(),
  service: z.string().optional(),
  family: z.string().optional(),
  kind: z.enum(["task", "service"]).optional(),
});

const behaviour = z.strictObject({
  exitCode: z.int().min(0).max(255).optional(),
  afterMs: z.number().min(0).optional(),
  reason: z.string().optional(),
  lines: z.array(z.string()).optional(),
  forEver: z.boolean().optional(),
  unhealthy: z.union([z.boolean(), z.strictObject({ afterMs: z.number().min(0) })]).optional(),
  neverStarts: z.string().optional(),
  ignoresSignal: z.boolean().optional(),
});

const steering = z.strictObject({
  /** Put before the scripts there are, the first one first of all. */
  scripts: z.array(z.strictObject({ match, behaviour })).optional(),
  /** Forget all earlier scripts before that. */
  forget: z.boolean().optional(),
  durations: z
    .partialRecord(
      z.enum([
        "provisioning",
        "pulling",
        "activating",
        "deactivating",
        "deprovisioning",
        "scheduling",
        "uncheckedHealthy",
        "stoppedKept",
        "taskVisible",
      ]),
      z.number().min(0),
    )
    .optional(),
  /** Capacity providers without capacity; replaces the earlier list. */
  exhausted: z.array(z.enum(["FARGATE", "FARGATE_SPOT"])).optional(),
  neverStart: z.number().min(0).max(1).optional(),
  launches: z.strictObject({ burst: z.number().positive(), perSecond: z.number().positive() }).nullable().optional(),
  unknownRepositories: z.enum(["pull", "refuse"]).optional(),
  unknownRoles: z.enum(["assume", "refuse"]).optional(),
});

/** Changes the controls that are named. Throws a ZodError that says what is wrong with the input. */
export function steerEcs(world: World, input: unknown): void {
  const asked = steering.parse(input);
  const controls = ecsControls(world);
  if (asked.forget === true) controls.scripts.length = 0;
  for (const script of [...(asked.scripts ?? [])].reverse()) {
    behaves(world, definedOnly(script.match), definedOnly(script.behaviour));
  }
  Object.assign(controls.durations, asked.durations);
  if (asked.exhausted !== undefined) {
    controls.exhausted.clear();
    for (const provider of asked.exhausted) controls.exhausted.add(provider);
  }
  if (asked.neverStart !== undefined) controls.neverStart = asked.neverStart;
  if (asked.launches !== undefined) controls.launches = asked.launches ?? undefined;
  if (asked.unknownRepositories !== undefined) controls.unknownRepositories = asked.unknownRepositories;
  if (asked.unknownRoles !== undefined) controls.unknownRoles = asked.unknownRoles;
}

/** Everything as it was before anybody steered, but what containers are driven by. */
export function healEcs(world: World): void {
  const controls = ecsControls(world);
  controls.scripts.length = 0;
  controls.exhausted.clear();
  controls.neverStart = 0;
  controls.launches = undefined;
  Object.assign(controls.durations, FARGATE_DURATIONS);
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
