import { NOTHING_MADE, type ScopeParts, scopeOf } from "./scope.ts";
import { evaluate } from "./template/evaluate.ts";
import { refuse } from "./template/read.ts";
import { isSection, type Section, section } from "./template/value.ts";

/** Decides every condition of a template, whatever order they refer to one another in. */
export function decideConditions(parts: Omit<ScopeParts, "resources">): ReadonlyMap<string, boolean> {
  const decided = new Map<string, boolean>();
  const declared = section(parts.document, "Conditions");
  const pending = new Set<string>();
  const decide = (name: string): boolean | undefined => {
    const known = decided.get(name);
    if (known !== undefined || declared[name] === undefined) return known;
    if (pending.has(name))
      refuse(`Template error: Found circular condition dependency between ${[...pending].join(" and ")}`);
    pending.add(name);
    const scope = { ...scopeOf({ ...parts, resources: new Map() }, NOTHING_MADE), condition: decide };
    const value = String(evaluate(declared[name], scope)) === "true";
    pending.delete(name);
    decided.set(name, value);
    return value;
  };
  for (const name of Object.keys(declared)) decide(name);
  return decided;
}

/** The resources or outputs whose condition holds, or that have none. */
export function activeParts(parts: Section, conditions: ReadonlyMap<string, boolean>, block: string): Section {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => {
      if (!isSection(part) || part.Condition === undefined) return true;
      const name = String(part.Condition);
      const holds = conditions.get(name);
      if (holds === undefined)
        refuse(`Template format error: Unresolved condition dependency ${name} in the ${block} block of the template`);
      return holds;
    }),
  );
}
