import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { costShape, type MonthlyCost, monthlyCost, priceList } from "../../domain/cost.ts";
import type { Environment } from "../../domain/environment.ts";
import type { CostRange } from "../../domain/plan.ts";
import type { Tenant } from "../../domain/tenant.ts";

/**
 * What tenants cost a month, by the price list of the checkout at `root`.
 *
 * @throws ZodError if infra/prices.json is not a price list
 */
export async function tenantPrices(root: string): Promise<(tenant: Tenant, environment: Environment) => CostRange> {
  const cost = await itemisedPrices(root);
  return (tenant, environment) => {
    const { floor, ceiling, unknown } = cost(tenant, environment);
    return { floor, ceiling, unknown };
  };
}

/** The same with every line of it. */
export async function itemisedPrices(root: string): Promise<(tenant: Tenant, environment: Environment) => MonthlyCost> {
  const prices = priceList.parse(JSON.parse(await readFile(join(root, "infra", "prices.json"), "utf8")));
  return (tenant, { region, images }) => {
    const architecture = images.django.platform === "linux/arm64" ? "arm" : "x86";
    return monthlyCost(costShape(tenant, { region, architecture }), prices);
  };
}
