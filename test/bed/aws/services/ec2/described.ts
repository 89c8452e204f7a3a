/** How EC2 shows what templates made of types that have no behaviour here: one table row for each describing operation. */
import { type Declared, declaredOf, deletedOf, type Known, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Call, type Operation, type World } from "../../kernel.ts";
import { type Filtered, passes } from "./filters.ts";

export interface Place {
  readonly world: World;
  readonly call: Call;
}

/** One describing operation. */
export interface Described {
  readonly operation: string;
  /** Members of input and output. */
  readonly ids: string;
  readonly list: string;
  readonly type: string;
  /** The member of a shown resource that the ids name. */
  readonly id: string;
  /** Other members of the input by which resources are named, with the member that they name and what is said of strangers. */
  readonly also?: readonly (readonly [ids: string, id: string, missing: Described["missing"]])[];
  readonly missing: readonly [code: string, message: (id: string) => string];
  readonly show: (resource: Declared, place: Place) => Readonly<Record<string, unknown>>;
  /** Resources that no template made, such as a VPC's own. */
  readonly others?: (place: Place) => readonly Readonly<Record<string, unknown>>[];
  /** How EC2 shows for a while what has been deleted; absent: it does not exist any more. */
  readonly showDeleted?: (resource: Known) => Readonly<Record<string, unknown>>;
}

/** The operations of rows of such a table. */
export function describing(world: World, rows: readonly Described[]): Readonly<Record<string, Operation>> {
  return Object.fromEntries(rows.map((row) => [row.operation, (input, call) => describe(row, input, { world, call })]));
}

/** What one such operation answers. */
export function describe(row: Described, input: Filtered & Readonly<Record<string, unknown>>, place: Place): object {
  const { world, call } = place;
  const shown = [
    ...(row.others?.(place) ?? []),
    ...declaredOf(world, call, row.type).map((resource) => row.show(resource, place)),
  ];
  const ways = [[row.ids, row.id, row.missing] as const, ...(row.also ?? [])];
  const [asked, member, missing] = ways.find(([name]) => input[name] !== undefined) ?? [row.ids, row.id, row.missing];
  const ids = input[asked] as readonly string[] | undefined;
  if (ids === undefined) return { [row.list]: shown.filter((one) => passes(one, input)) };
  const deleted = row.showDeleted === undefined ? [] : deletedOf(world, call, row.type).map(row.showDeleted);
  const chosen = ids.map((id) => {
    const found = [...shown, ...deleted].find((one) => one[member] === id);
    const [code, message] = missing;
    return found ?? fail(code, message(id));
  });
  return { [row.list]: chosen.filter((one) => passes(one, input)) };
}

function fail(code: string, message: string): never {
  throw new AwsError(code, message);
}

/** "The routeTable ID 'rtb-1' does not exist": how most of EC2 says that there is no such thing. */
export const noSuch =
  (what: string): ((id: string) => string) =>
  (id) =>
    `The ${what} '${id}' does not exist`;

/** The tags of its own template only: some handlers do not pass on the stack's. */
export function ownTags({ properties, tags }: Declared): readonly object[] {
  return tagsOf({ ...emptied, properties, tags: tags.filter(({ Key }) => !Key.startsWith("aws:")) });
}

const emptied = {
  type: "",
  made: { physicalId: "", attributes: {} },
  madeAt: new Date(0),
  changedAt: new Date(0),
  revision: 0,
};
