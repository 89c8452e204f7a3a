import type { Call, World } from "../../kernel.ts";
import { factsOf } from "../resources/facts.ts";
import { coerced } from "../resources/shape.ts";
import { asText, canonical, isList, isSection, type Section, type Value } from "../template/value.ts";
import { handlerOf } from "./handlers.ts";
import type { DriftStatus, Stack, StackResource } from "./state.ts";

export interface Difference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL";
}

export interface Found {
  readonly status: Exclude<DriftStatus, "NOT_CHECKED">;
  /** What the service says of the properties that the template sets; undefined once the resource is gone. */
  readonly actual: Section | undefined;
  readonly differences: readonly Difference[];
}

interface Where {
  readonly world: World;
  readonly call: Call;
}

/** Only properties that the template sets count, as on AWS. undefined: the type does not take part in drift detection. */
export async function compareLive(
  stack: Stack,
  resource: StackResource,
  { world, call }: Where,
): Promise<Found | undefined> {
  const { declared, logicalId, properties, physicalId, attributes } = resource;
  const handler = handlerOf(world, declared.type);
  if (handler.read === undefined) return undefined;
  const facts = factsOf(declared.type);
  const context = { world, call, stackId: stack.id, stackName: stack.name, logicalId, tags: stack.options.tags };
  const wire = facts === undefined ? properties : coerced(properties, facts);
  const actual = (await handler.read({ physicalId, attributes }, wire, context)) as Section | undefined;
  if (actual === undefined) return { status: "DELETED", actual, differences: [] };
  const differences = differ(asText(wire), asText(actual), "");
  return { status: differences.length > 0 ? "MODIFIED" : "IN_SYNC", actual, differences };
}

/** Where two values differ, leaf by leaf, as drift detection tells it. */
export function differ(expected: Value, actual: Value | undefined, path: string): readonly Difference[] {
  if (isSection(expected) && isSection(actual))
    return Object.entries(expected).flatMap(([key, value]) => differ(value, actual[key], `${path}/${key}`));
  if (isList(expected) && isList(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) => {
      const [was, is] = [expected[index], actual[index]];
      const at = `${path}/${index}`;
      return was === undefined
        ? [{ PropertyPath: at, ExpectedValue: "null", ActualValue: text(is), DifferenceType: "ADD" as const }]
        : differ(was, is, at);
    });
  }
  if (actual === undefined)
    return [{ PropertyPath: path, ExpectedValue: text(expected), ActualValue: "null", DifferenceType: "REMOVE" }];
  if (canonical(expected) === canonical(actual)) return [];
  return [
    { PropertyPath: path, ExpectedValue: text(expected), ActualValue: text(actual), DifferenceType: "NOT_EQUAL" },
  ];
}

function text(value: Value | undefined): string {
  return isList(value) || isSection(value) ? JSON.stringify(value) : String(value);
}
