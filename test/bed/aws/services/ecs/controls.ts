/**
 * What the person at the rehearsal stage decides: how long things take, how containers behave, what AWS is short of.
 * All of it is plain data, so that it can come from a test, from a file or over the wire.
 */
import type { World } from "../../kernel.ts";
import type { TaskDriver } from "./drivers/driver.ts";
import { type Script, scriptedDriver } from "./drivers/scripted.ts";

/** How long the stages of a Fargate task take, in milliseconds of bed time. */
export interface Durations {
  /** Network interface attached. */
  provisioning: number;
  /** Image pulled. */
  pulling: number;
  /** Targets registered with the load balancer. */
  activating: number;
  /** Time between the wish to stop and the signal, without a load balancer. */
  deactivating: number;
  /** Network interface detached. */
  deprovisioning: number;
  /** How often the service scheduler looks at a service that changes. */
  scheduling: number;
  /** A service task without any health check counts as healthy so long after it runs (Amazon ECS API reference). */
  uncheckedHealthy: number;
  /** How long a stopped task can be described (Amazon ECS developer guide). */
  stoppedKept: number;
  /** RunTask is eventually consistent: so long the new task is MISSING. */
  taskVisible: number;
}

export const FARGATE_DURATIONS: Durations = {
  provisioning: 8_000,
  pulling: 12_000,
  activating: 2_000,
  deactivating: 500,
  deprovisioning: 5_000,
  scheduling: 1_000,
  uncheckedHealthy: 40_000,
  stoppedKept: 3_600_000,
  taskVisible: 0,
};

export interface EcsControls {
  durations: Durations;
  driver: TaskDriver;
  /** The newest first; the first that matches decides. */
  readonly scripts: Script[];
  /** Capacity providers that have nothing to give at the moment. */
  readonly exhausted: Set<string>;
  /** Share (0..1) of tasks that never start although nothing is wrong with them. */
  neverStart: number;
  /** Fargate's launch rate per capacity provider; undefined: not limited. */
  launches: { readonly burst: number; readonly perSecond: number } | undefined;
  /** Whether an image of an unknown repository in the bed's own registry can be pulled. */
  unknownRepositories: "pull" | "refuse";
  /** Whether a task may name a role that nobody has made. */
  unknownRoles: "assume" | "refuse";
}

/** The controls of a world; the same object whoever asks. */
export function ecsControls(world: World): EcsControls {
  return world.store("ecs-controls", { account: "*", region: "*" }, () => {
    const scripts: Script[] = [];
    return {
      durations: { ...FARGATE_DURATIONS },
      driver: scriptedDriver(world.clock, scripts),
      scripts,
      exhausted: new Set<string>(),
      neverStart: 0,
      launches: undefined,
      unknownRepositories: "pull" as const,
      unknownRoles: "assume" as const,
    };
  });
}

/** Decides how containers behave from now on; earlier scripts still apply where this one does not match. */
export function behaves(world: World, match: Script["match"], behaviour: Script["behaviour"]): void {
  ecsControls(world).scripts.unshift({ match, behaviour });
}
