/** Finds the values of a tenant's file that would say what is there, and of those the ones that may be written. */
import type { DesiredTenant } from "../domain/desired.ts";
import {
  type AdoptedValue,
  type Adoption,
  adoptServices,
  adoptStack,
  type Homeless,
} from "../domain/drift-adoption.ts";
import { OperatorError } from "../domain/operator-error.ts";
import type { TenantTexts } from "../ports/tenant-texts.ts";
import type { WatchedFleet } from "./drift.ts";
import { compareServices, compareStack } from "./drift-look.ts";

/**
 * Everything that differs between a tenant's file and what is there, as values of the file.
 *
 * @param desired with the live changes of commands: those are recorded by pull requests of their own
 * @throws OperatorError `not-compared` when CloudFormation could not compare the stack
 */
export async function findAdoption(desired: DesiredTenant, fleet: WatchedFleet): Promise<Adoption> {
  const look = await compareStack(desired.stack.name, fleet);
  if (look.outcome === "failed") throw new OperatorError("not-compared", look.why);
  const stack = look.outcome === "absent" ? { values: [], homeless: [] } : adoptStack(look.drifts);
  const services =
    look.outcome === "absent" || desired.tenant.state === "suspended"
      ? { values: [], homeless: [] }
      : await compareServices(desired, fleet).then(({ desires, observed }) => adoptServices(desires, observed));
  return {
    values: [...stack.values, ...services.values],
    homeless: [...stack.homeless, ...services.homeless],
  };
}

export interface AdoptableText {
  readonly file: string;
  readonly text: string;
  readonly values: readonly AdoptedValue[];
  readonly homeless: readonly Homeless[];
}

/**
 * The tenant's file with as many of the values as it may have. Values that belong together, as cpu and memory do, are tried together
 * first; one that is not allowed is left out and named with the reason.
 */
export function adoptableText(tenant: string, { values, homeless }: Adoption, texts: TenantTexts): AdoptableText {
  const all = texts.edit(tenant, values);
  if (all.problems.length === 0) return { ...all, values, homeless };
  const groups = [...Map.groupBy(values, ({ path }) => path.slice(0, -1).join(".")).values()];
  const taken: AdoptedValue[] = [];
  const refused: Homeless[] = [];
  const fits = (more: readonly AdoptedValue[]): readonly string[] => texts.edit(tenant, [...taken, ...more]).problems;
  for (const group of groups) {
    if (fits(group).length === 0) taken.push(...group);
    else
      for (const value of group) {
        const problems = fits([value]);
        if (problems.length === 0) taken.push(value);
        else refused.push(notAllowed(value, problems));
      }
  }
  const { file, text } = texts.edit(tenant, taken);
  return { file, text, values: taken, homeless: [...homeless, ...refused] };
}

function notAllowed({ path, value, from }: AdoptedValue, problems: readonly string[]): Homeless {
  const shown = typeof value === "object" ? `${value.min} to ${value.max}` : String(value);
  return { what: `${from} is ${shown}`, where: `${path.join(".")} may not say so: ${problems.join("; ")}` };
}
