/**
 * Eventual consistency of what is new: for some time after something was made, whoever asks for it by its name or id is told that there
 * is no such thing, in the words that the operation has for it. The bed finds them by asking for a name that nobody has.
 */
import { AwsError } from "../kernel.ts";
import { type Arrival, type FaultAtWork, matches } from "./arrival.ts";
import type { FaultOf } from "./fault.ts";

const reads = /^(Describe|List|Get|Head|BatchGet)/;
const makes = /^(?:Create|Run|Register|Restore|Copy)([A-Z]\w*?)(?:From\w+|To\w+|Instances)?$/;

/** S3 has been consistent since 2020 (Amazon S3 user guide, "Data consistency model"). */
const consistent: ReadonlySet<string> = new Set(["s3"]);

export function eventualConsistency(fault: FaultOf<"eventual-consistency">): FaultAtWork {
  const madeAt = new Map<string, number>();
  const isMeant = (call: Arrival): boolean => !consistent.has(call.service) && matches(fault.match, call);
  return {
    meet: (call) => {
      if (!reads.test(call.operation) || !isMeant(call)) return undefined;
      const unseen = textsIn(call.input).filter((text) => {
        const at = madeAt.get(text);
        return at !== undefined && call.at - at <= fault.milliseconds;
      });
      return unseen.length === 0 ? undefined : { does: "overlook", unseen };
    },
    answered: (call, output) => {
      const thing = makes.exec(call.operation)?.[1];
      if (thing === undefined || !isMeant(call)) return;
      for (const name of [...namesOf(thing, call.input), ...namesOf(thing, output)])
        if (!madeAt.has(name)) madeAt.set(name, call.at);
    },
  };
}

/**
 * Makes a call as if names and ids meant nothing, and gives its answer, or its refusal, with them in it.
 *
 * @throws AwsError as the operation refuses what does not exist
 */
export async function asIfUnseen(
  unseen: readonly string[],
  input: object,
  invoke: (input: object) => Promise<object>,
): Promise<object> {
  const others = unseen.map((name): readonly [string, string] => [name, nobodyLike(name)]);
  const hidden = others.reduce((value, [name, other]) => replaced(value, name, other), input);
  const shown = <T>(value: T): T => others.reduce((told, [name, other]) => replaced(told, other, name), value);
  try {
    return shown(await invoke(hidden));
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure;
    throw new AwsError(failure.code, shown(failure.message), failure.status);
  }
}

/** As long and of the same letters, and of nobody: its last part backwards, with another last letter. */
function nobodyLike(name: string): string {
  const last = name.at(-1) ?? "";
  return `${name.slice(0, -1)}${/[0-8a-yA-Y]/.test(last) ? String.fromCharCode(last.charCodeAt(0) + 1) : "q"}`;
}

/** The names and ids of a thing in a request that makes it, or in the answer to that. */
function namesOf(thing: string, value: unknown): readonly string[] {
  const naming = new RegExp(`^(target)?${thing}(Name|Identifier|Id|Arn)$|^Id$`, "i");
  if (Array.isArray(value)) return value.flatMap((one) => namesOf(thing, one));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === "string" ? (naming.test(key) ? [one] : []) : namesOf(thing, one),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Every text in a value with a part of it replaced. */
function replaced<T>(value: T, part: string, by: string): T {
  if (typeof value === "string") return value.replaceAll(part, by) as T;
  if (Array.isArray(value)) return value.map((one) => replaced(one, part, by)) as T;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, part, by)])) as T;
}
