/**
 * What an environment or a tier file may not say although its form is right.
 */

import type { Environment } from "./environment.ts";
import { type Finding, finding } from "./schema.ts";
import type { TenantFile } from "./tenant-file.ts";
import { tenantFindings } from "./tenant-rules.ts";
import type { Tier } from "./tier.ts";

/** Waves that do not rise to 100, windows that end before they begin, one operator named twice. */
export function environmentFindings(environment: Environment): readonly Finding[] {
  return [
    ...waveFindings(environment.rollout.waves),
    ...environment.freezeWindows.flatMap((window, position) =>
      "from" in window && Date.parse(window.until) <= Date.parse(window.from)
        ? [finding(["freezeWindows", position, "until"], `freeze window ${window.name} ends before it begins`)]
        : [],
    ),
    ...operatorFindings(environment.operators),
  ];
}

/** A tier whose own defaults break its limits would make every tenant wrong: it is told once, at the tier. */
export function tierFindings(tier: Tier): readonly Finding[] {
  const { django, celery, beat } = tier.services;
  const plainest: TenantFile = {
    name: "any-tenant",
    displayName: "Any tenant",
    tier: tier.name,
    environment: "any",
    contact: "any@example.com",
    services: { django: sized(django), celery: sized(celery), beat: sized(beat) },
    ...(tier.database !== "shared" && { database: tier.database }),
    redis: tier.redis === "shared" ? { index: 0 } : tier.redis,
    ...(typeof tier.storage !== "string" && { storage: tier.storage }),
  };
  return tenantFindings(plainest, tier, []);
}

type Sized = NonNullable<NonNullable<TenantFile["services"]>["beat"]>;

/** The schema of a tenant file names Fargate's sizes; a tier's are plain numbers until the rules have seen them. */
function sized<Size extends { readonly cpu: number; readonly memory: number }>(size: Size): Size & Sized {
  return size as Size & Sized;
}

function waveFindings(waves: readonly number[]): readonly Finding[] {
  const falling = waves.findIndex((percent, position) => position > 0 && percent <= (waves[position - 1] ?? 0));
  if (falling > 0) {
    return [
      finding(["rollout", "waves", falling], `waves must rise: ${waves[falling]} comes after ${waves[falling - 1]}`),
    ];
  }
  if (waves.at(-1) === 100) return [];
  return [
    finding(
      ["rollout", "waves", waves.length - 1],
      `the last wave must be 100, got ${waves.at(-1)}: the rest would never be rolled`,
    ),
  ];
}

function operatorFindings(operators: Environment["operators"]): readonly Finding[] {
  const seen = new Set<string>();
  return operators.flatMap((operator, position) => {
    const [key, who] = "user" in operator ? (["user", operator.user] as const) : (["team", operator.team] as const);
    const id = `${key} ${who.toLowerCase()}`;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      finding(
        ["operators", position, key],
        `${key} ${who} is listed twice; write all their verbs and tiers in one entry`,
      ),
    ];
  });
}
