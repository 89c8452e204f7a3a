/** Services that only show what templates have made: their resources have no behaviour of their own here. */
import { type Declared, declaredOf } from "../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Operation, type World } from "../kernel.ts";

export interface Asked {
  readonly world: World;
  readonly call: Call;
}

/** An operation as it is written for such a service: with the world at hand. */
// biome-ignore lint/suspicious/noExplicitAny: each operation has its own shape, as in the kernel.
export type Showing = (input: any, asked: Asked) => Promise<object> | object;

/** Adds a service of such operations to a world. */
export function installShowing(world: World, name: string, operations: Readonly<Record<string, Showing>>): void {
  const bound = Object.entries(operations).map(([operation, show]): [string, Operation] => [
    operation,
    (input, call) => show(input, { world, call }),
  ]);
  world.services.set(name, { name, operations: Object.fromEntries(bound) });
}

/** All resources of a type. */
export function all({ world, call }: Asked, type: string): readonly Declared[] {
  return declaredOf(world, call, type);
}

/**
 * The resource whose physical id, or an ARN or attribute of it, is what was asked for.
 *
 * @throws AwsError with the given code and message if there is none
 */
export function named(
  asked: Asked,
  { type, name }: { readonly type: string; readonly name: string | undefined },
  [code, message, status = 400]: readonly [code: string, message: string, status?: number],
): Declared {
  const found = all(asked, type).find(
    ({ made }) =>
      made.physicalId === name ||
      made.physicalId.split("|").at(-1) === name ||
      Object.values(made.attributes).includes(name),
  );
  if (found === undefined) throw new AwsError(code, message, status);
  return found;
}

/** Only the members that are there. */
export function present(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The same value with the first letter of every member in lower case, however deep: how newer services write what templates capitalise. */
export function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.slice(0, 1).toLowerCase() + name.slice(1), lowered(member)]),
  );
}
