/** Commands that are killed: each verb that changes something, on a tenant of its own each time. */
import { leaseKey } from "../../../actions/lib/domain/lease.ts";
import { standardTenant } from "../../fixtures/tenants/repository.ts";
import { commandFootprint, commandHistory } from "./command-footprint.ts";
import type { Subject } from "./footprint.ts";
import type { GateCall } from "./gate.ts";
import type { Scenario } from "./scenario.ts";
import { type Spoken, speak } from "./spoken-command.ts";
import { releases, repositoryName, type SweepStage } from "./sweep-stage.ts";
import { tenantPool } from "./tenant-pool.ts";
import { putRecord } from "./tenant-records.ts";

/** A comment as it is written, when the ones before it are known. */
interface Line {
  readonly by: "alice" | "oscar";
  readonly body: (tenant: string, before: readonly Spoken[]) => string;
}

interface CommandWish {
  readonly name: string;
  readonly tier?: "enterprise";
  /** What has been said, undisturbed, before the lines that are killed. */
  readonly before?: readonly Line[];
  readonly lines: readonly Line[];
  /** Releases that ran, the last one now. */
  readonly ran?: readonly string[];
  /** The release that its environment says, if that is not the last one. */
  readonly declared?: string;
  /** Somebody who died has the tenant's lease. */
  readonly locked?: true;
  readonly mayLack?: Readonly<Record<string, string>>;
  readonly mustLeave?: readonly string[];
}

const line = (text: string): Line => ({ by: "oscar", body: (tenant) => text.replace("TENANT", tenant) });
const confirmation: Line = {
  by: "alice",
  body: (_tenant, before) => `/confirm op-${before.at(-1)?.comment.toString(36)}`,
};

const lifted = { "ecs:UpdateService": "auto scaling lifts the count to its new floor by itself" };

const wishes: Readonly<Record<string, CommandWish>> = {
  scale: { name: "/scale", lines: [line("/scale TENANT 3 because of the morning rounds")], mayLack: lifted },
  "timed-scale": { name: "/scale for a time", lines: [line("/scale TENANT 3 for 2h")], mayLack: lifted },
  suspend: {
    name: "/suspend and /confirm",
    tier: "enterprise",
    lines: [line("/suspend TENANT it moves to the new building"), confirmation],
  },
  cancel: {
    name: "/suspend and /cancel",
    tier: "enterprise",
    lines: [
      line("/suspend TENANT it moves to the new building"),
      { by: "oscar", body: (_tenant, before) => `/cancel op-${before.at(-1)?.comment.toString(36)}` },
    ],
    mustLeave: ["replies as they end"],
  },
  resume: { name: "/resume", before: [line("/suspend TENANT")], lines: [line("/resume TENANT")] },
  restart: { name: "/restart", lines: [line("/restart TENANT")] },
  migrate: { name: "/migrate", declared: releases.after, lines: [line("/migrate TENANT")] },
  rollback: {
    name: "/rollback and /confirm",
    ran: [releases.before, releases.after],
    // Which release ran before is found out, and is another one when the run goes on.
    lines: [line("/rollback TENANT"), confirmation],
  },
  retry: { name: "/retry", lines: [line("/retry TENANT")], mustLeave: ["workflows started for the tenant"] },
  unlock: { name: "/unlock", locked: true, lines: [line("/unlock TENANT")], mustLeave: ["replies as they end"] },
};

/** By name, to be played on a stage. */
export const commandScenarios: Readonly<Record<string, (stage: SweepStage) => Scenario>> = Object.fromEntries(
  Object.entries(wishes).map(([name, wish]) => [name, (stage: SweepStage) => commandScenario(stage, name, wish)]),
);

function commandScenario(stage: SweepStage, name: string, wish: CommandWish): Scenario {
  const { ran = [releases.before] } = wish;
  const running = ran.at(-1) ?? releases.before;
  const comments = new Map<string, number[]>();
  let pull: Promise<number> | undefined;
  const alice = stage.github.as("alice", repositoryName);
  const conversation = (): Promise<number> => {
    pull ??= alice.openPullRequest({ title: "Notes", branch: `notes-${name}`, files: { [`${name}.md`]: "# Notes\n" } });
    return pull;
  };
  const fileOf = (tenant: string): string =>
    wish.tier === undefined
      ? standardTenant(tenant, "services:\n  django: { count: { min: 2, max: 5 } }\n")
      : standardTenant(tenant).replace("tier: standard", `tier: ${wish.tier}`);
  const pool = tenantPool(stage, { name: name.replace("timed-", "t"), file: fileOf, ran });

  const say = async (subject: Subject, lines: readonly Line[], label: string) => {
    const files = { [`tenants/${subject.tenant}.yml`]: fileOf(subject.tenant) };
    const checkout = await stage.checkout(files, wish.declared ?? running);
    const spoken: Spoken[] = [];
    const ended = new Set<Spoken>();
    return {
      spoken,
      /** Goes through what is not through yet. */
      run: async (kill?: Parameters<Spoken["run"]>[0]) => {
        for (const [index, { by, body }] of lines.entries()) {
          spoken[index] ??= await speak(stage, {
            ...{ by, checkout, pull: await conversation(), label: `${label}${index + 1}` },
            body: body(subject.tenant, spoken),
          });
          const one = spoken[index];
          comments.get(subject.tenant)?.push(one.comment);
          if (ended.has(one)) continue;
          const killed = await one.run(kill);
          if (killed !== undefined) return killed;
          ended.add(one);
        }
        return undefined;
      },
    };
  };
  return {
    name: wish.name,
    prepare: pool.fill,
    next: async () => {
      const tenant = pool.take();
      const subject = { tenant, release: running };
      comments.set(tenant, []);
      if (wish.before !== undefined) await (await say(subject, wish.before, "before ")).run();
      if (wish.locked === true) await putRecord(stage, leaseKey(tenant), deadLease(stage, tenant));
      return subject;
    },
    begin: (subject) => {
      const conversation = say(subject, wish.lines, "");
      return async (kill) => {
        const { run, spoken } = await conversation;
        const known = new Map<string, number>(
          spoken.flatMap(({ calls }) => [...calls].map(([job, made]) => [job, made.length])),
        );
        const killed = await run(kill);
        const calls = new Map<string, readonly GateCall[]>(
          spoken.flatMap((one) => [...one.calls].map(([job, made]) => [job, made.slice(known.get(job) ?? 0)] as const)),
        );
        return killed === undefined ? { end: "done", calls } : { end: "killed", at: killed.at, calls };
      };
    },
    history: (subject) => commandHistory(stage, subject),
    footprint: (subject) => commandFootprint(stage, subject, [...new Set(comments.get(subject.tenant))]),
    ...(wish.mayLack !== undefined && { mayLack: wish.mayLack }),
    mustLeave: wish.mustLeave ?? ["services", "records", "replies as they end"],
  };
}

/** A lease whose run is long over. */
function deadLease({ rehearsal }: SweepStage, tenant: string): object {
  const now = rehearsal.clock.now().getTime();
  return {
    ...{ tenant, fence: 7, state: "held", operation: "op-dead", purpose: `/scale ${tenant} 4`, holder: "oscar" },
    ...{ run: "https://github.example/runs/1", runId: "1", since: new Date(now).toISOString() },
    until: new Date(now + 24 * 3_600_000).toISOString(),
  };
}
