import { AwsError } from "../../kernel.ts";

/** What the bed does not do must not look as if it did. */
export function unmodelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `the bed does not model ${what}`, 501);
}
