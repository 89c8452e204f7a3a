/** Where tasks are placed: the choice of a capacity provider, what it has to give, and how fast it launches. */
import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import type { World } from "../../kernel.ts";
import { ecsControls } from "./controls.ts";

export const NO_CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

/**
 * The provider of the next task: bases are filled first, then tasks go where the weights are furthest from being met.
 *
 * @param placed how many tasks each provider has already
 */
export function chooseProvider(
  strategy: readonly CapacityProviderStrategyItem[],
  placed: ReadonlyMap<string, number>,
): string {
  const count = (item: CapacityProviderStrategyItem): number => placed.get(item.capacityProvider ?? "") ?? 0;
  const short = strategy.find((item) => count(item) < (item.base ?? 0));
  if (short !== undefined) return short.capacityProvider ?? "FARGATE";
  const weighted = strategy.filter((item) => (item.weight ?? 0) > 0);
  const load = (item: CapacityProviderStrategyItem): number =>
    (count(item) - (item.base ?? 0) + 1) / (item.weight ?? 1);
  const [first, ...rest] = weighted.length > 0 ? weighted : strategy;
  return (
    rest.reduce((best, item) => (best === undefined || load(item) < load(best) ? item : best), first)
      ?.capacityProvider ?? "FARGATE"
  );
}

/** Whether a provider can take another task now. */
export function hasCapacity(world: World, provider: string): boolean {
  return !ecsControls(world).exhausted.has(provider);
}

/** Milliseconds of bed time until the provider's launch rate allows one more task; takes that place. */
export function launchDelay(world: World, provider: string): number {
  const { launches } = ecsControls(world);
  if (launches === undefined) return 0;
  const bucket = world.store(`ecs-launches-${provider}`, { account: "*", region: "*" }, () => ({
    tokens: launches.burst,
    at: world.clock.now(),
  }));
  const now = world.clock.now();
  bucket.tokens = Math.min(launches.burst, bucket.tokens + ((now - bucket.at) / 1000) * launches.perSecond) - 1;
  bucket.at = now;
  return bucket.tokens >= 0 ? 0 : (-bucket.tokens / launches.perSecond) * 1000;
}
