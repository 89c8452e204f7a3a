/** What a roll would have to do: services as wanted, and as they are, in; changes out. */

import { definitionChanges } from "./definition-changes.ts";
import type { ServiceChange } from "./plan.ts";
import type { RunningService, ScalingTarget, ServiceDesire, TaskDefinition } from "./service.ts";
import { contentTag, releaseTag } from "./tenant-services.ts";

/** A service as it runs: with the revision it runs and the scaling that is set. */
export interface ObservedService {
  readonly service: RunningService;
  readonly definition: TaskDefinition;
  readonly scaling?: ScalingTarget;
  /** The family's newest revision, when it was read with the rest: it may have what is wanted already. */
  readonly newest?: { readonly arn: string; readonly definition: TaskDefinition };
}

/** What has to happen to one service. */
export type ServiceStep =
  | { readonly kind: "create"; readonly desire: ServiceDesire }
  | {
      readonly kind: "update";
      readonly desire: ServiceDesire;
      readonly observed: ObservedService;
      /** Whether a new revision must be registered. */
      readonly newDefinition: boolean;
      /** Whether the change makes a new service deployment. */
      readonly deploys: boolean;
    }
  | { readonly kind: "scale"; readonly desire: ServiceDesire; readonly observed: ObservedService }
  | { readonly kind: "unchanged"; readonly desire: ServiceDesire; readonly observed: ObservedService };

/**
 * Decides per wanted service. Nothing wanted and nothing running gives nothing; what runs but is not wanted is not decided
 * here, because the three roles of a tenant are always wanted.
 */
export function serviceSteps(
  desires: readonly ServiceDesire[],
  observed: readonly ObservedService[],
): readonly ServiceStep[] {
  return desires.map((desire) => {
    const found = observed.find(({ service }) => service.name === desire.name);
    if (found === undefined) return { kind: "create", desire };
    const newDefinition = found.definition.tags[contentTag] !== desire.definition.tags[contentTag];
    const deploys = newDefinition || settingsDiffer(desire, found.service);
    if (deploys) return { kind: "update", desire, observed: found, newDefinition, deploys };
    return scalingDiffers(desire, found)
      ? { kind: "scale", desire, observed: found }
      : { kind: "unchanged", desire, observed: found };
  });
}

/** The same decision in words for the plan; a service may change in several ways. */
export function serviceChanges(
  desires: readonly ServiceDesire[],
  observed: readonly ObservedService[],
): readonly ServiceChange[] {
  return serviceSteps(desires, observed).flatMap(inWords);
}

function inWords(step: ServiceStep): readonly ServiceChange[] {
  switch (step.kind) {
    case "create":
      return [
        {
          kind: "create",
          service: step.desire.role,
          to: runs(step.desire.definition),
          count: countText(step.desire.count),
        },
      ];
    case "update":
      return updateInWords(step.desire, step.observed);
    case "scale":
      return [scaleChange(step.desire, step.observed)];
    case "unchanged":
      return [];
  }
}

function updateInWords(desire: ServiceDesire, observed: ObservedService): readonly ServiceChange[] {
  const { role, definition } = desire;
  const before = observed.definition;
  const changes: ServiceChange[] = [];
  if (before.container.image !== definition.container.image) {
    changes.push({ kind: "roll", service: role, from: runs(before), to: runs(definition) });
  }
  for (const [property, from, to] of [
    ...definitionChanges(before, definition),
    ...settings(desire, observed.service),
  ]) {
    if (from !== to) changes.push({ kind: "reconfigure", service: role, property, from, to });
  }
  if (changes.length === 0) {
    changes.push({ kind: "reconfigure", service: role, property: "settings", from: "present", to: "as written" });
  }
  if (scalingDiffers(desire, observed)) changes.push(scaleChange(desire, observed));
  return changes;
}

/** What a definition runs, as people name it. */
function runs(definition: TaskDefinition): string {
  return definition.tags[releaseTag] ?? definition.container.image;
}

/** `2`, or `2 to 10` when auto scaling decides. */
export function countText({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

/** Whether auto scaling is what keeps this service's count. */
export function autoScales({ count }: Pick<ServiceDesire, "count">): boolean {
  return count.min !== count.max;
}

/**
 * Whether limits or count differ from what is wanted. Inside its limits an auto-scaled count is nobody's business but auto
 * scaling's.
 */
export function scalingDiffers(desire: ServiceDesire, { service, scaling }: ObservedService): boolean {
  if (!autoScales(desire))
    return service.desiredCount !== desire.count.min || (scaling !== undefined && !parked(desire, scaling));
  if (scaling === undefined || scaling.suspended) return true;
  const { min, max } = desire.count;
  return scaling.min !== min || scaling.max !== max || service.desiredCount < min || service.desiredCount > max;
}

/** A suspended service keeps its scalable target, at zero and suspended, so that nothing lifts it again. */
function parked({ count }: ServiceDesire, scaling: ScalingTarget): boolean {
  return count.max === 0 && scaling.suspended && scaling.min === 0;
}

function scaleChange(desire: ServiceDesire, { service, scaling }: ObservedService): ServiceChange {
  const from = scaling === undefined || scaling.suspended ? String(service.desiredCount) : countText(scaling);
  return { kind: "scale", service: desire.role, from, to: countText(desire.count) };
}

function settingsDiffer(desire: ServiceDesire, service: RunningService): boolean {
  const mine = [desire.capacity, desire.healthyPercent, [...desire.subnets].sort(), [...desire.securityGroups].sort()];
  const live = [
    service.capacity,
    service.healthyPercent,
    [...service.subnets].sort(),
    [...service.securityGroups].sort(),
  ];
  return JSON.stringify(mine.map(sorted)) !== JSON.stringify(live.map(sorted));
}

/** Whether a service takes its capacity from where it should. Another strategy needs a forced deployment. */
export function sameCapacity(desire: Pick<ServiceDesire, "capacity">, service: RunningService): boolean {
  return JSON.stringify(sorted(desire.capacity)) === JSON.stringify(sorted(service.capacity));
}

/** The order in which AWS gives back a strategy's providers means nothing. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry) => JSON.stringify(entry)).sort();
}

/** What a service has beside its definition: who may reach it, and on what it runs, is named, also where a release rolls as well. */
function settings(desire: ServiceDesire, live: RunningService): readonly (readonly [string, string, string])[] {
  const list = (names: readonly string[]): string => names.toSorted().join(", ");
  const capacity = (of: ServiceDesire["capacity"]): string =>
    list(of.map(({ provider, base, weight }) => `${provider} (base ${base}, weight ${weight})`));
  const healthy = ({ minimum, maximum }: ServiceDesire["healthyPercent"]): string => `${minimum} to ${maximum} %`;
  return [
    ["capacity", capacity(live.capacity), capacity(desire.capacity)],
    ["security groups", list(live.securityGroups), list(desire.securityGroups)],
    ["subnets", list(live.subnets), list(desire.subnets)],
    ["tasks in a deployment", healthy(live.healthyPercent), healthy(desire.healthyPercent)],
  ];
}
