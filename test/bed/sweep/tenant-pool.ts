/** Deployed tenants, made many at a time because that costs hardly more time than one. */
import { ecsControls } from "../aws/services/ecs/controls.ts";
import { repositoryName, type SweepStage } from "./sweep-stage.ts";

export interface TenantPool {
  /** Deploys so many more, which git has as well. */
  fill(count: number): Promise<void>;
  /** One that nobody had yet. */
  take(): string;
}

/**
 * Bed seconds per real second while tenants are deployed, and while something is done to one of them: a lease ends within minutes, and a
 * comment of more than a quarter of an hour is not carried out any more, which a busy machine must not take for a person's delay.
 */
const speeds = { deploying: 300, acting: 20 } as const;

/** Milliseconds of bed time. What is tried is what a command does, not how long it waits. */
const quickTasks = { provisioning: 2_000, pulling: 2_000, deprovisioning: 1_000, uncheckedHealthy: 5_000 } as const;

/**
 * @param settings.name what names begin with
 * @param settings.file a tenant's file
 * @param settings.ran the releases it ran, one after the other
 */
export function tenantPool(
  stage: SweepStage,
  settings: { readonly name: string; readonly file: (tenant: string) => string; readonly ran: readonly string[] },
): TenantPool {
  Object.assign(ecsControls(stage.rehearsal.aws.world).durations, quickTasks);
  const waiting: string[] = [];
  let count = 0;
  return {
    fill: async (wanted) => {
      const fresh = Array.from({ length: wanted }, () => {
        count += 1;
        return `${settings.name}-${count}`;
      });
      const files = Object.fromEntries(fresh.map((tenant) => [`tenants/${tenant}.yml`, settings.file(tenant)]));
      await stage.github
        .as("alice", repositoryName)
        .push({ branch: "main", files, message: `Add ${fresh.length} tenants` });
      stage.setSpeed(speeds.deploying);
      for (const release of settings.ran) await stage.deployAll(files, release);
      stage.setSpeed(speeds.acting);
      waiting.push(...fresh);
    },
    take: () => {
      const tenant = waiting.shift();
      if (tenant === undefined) throw new Error(`${settings.name} was prepared for fewer trials`);
      return tenant;
    },
  };
}
