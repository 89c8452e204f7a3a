import { isArray } from "./answer.ts";
import type { Json } from "./recording.ts";
import { Unavailable } from "./reference.ts";

/**
 * Whether a check that a recorded test made on AWS holds.
 *
 * @throws Unavailable for an operator that is not known
 */
export function holds(operator: string, left: Json, right: Json): boolean {
  const same = JSON.stringify(left) === JSON.stringify(right);
  const within = isArray(right)
    ? right.some((entry) => JSON.stringify(entry) === JSON.stringify(left))
    : String(right).includes(String(left));
  switch (operator) {
    case "Eq":
    case "Is":
      return same;
    case "NotEq":
    case "IsNot":
      return !same;
    case "In":
      return within;
    case "NotIn":
      return !within;
    case "Truthy":
      return Boolean(left);
    case "Falsy":
    case "Not":
      return !left;
    case "Gt":
      return Number(left) > Number(right);
    case "GtE":
      return Number(left) >= Number(right);
    case "Lt":
      return Number(left) < Number(right);
    case "LtE":
      return Number(left) <= Number(right);
    default:
      throw new Unavailable(`unknown check ${operator}`, "not modelled");
  }
}
