/** What stacks pass on to the services: read so that all that is missing is told at once, and nothing runs with an empty value. */
import { OperatorError } from "./operator-error.ts";

/** Outputs of the tenant's stack and of the platform's that services are made from. */
export type Outputs = Readonly<Record<string, string>>;

/** Value of the output with this name. */
export type ReadOutput = (name: string) => string;

/**
 * A value made from outputs.
 *
 * @param stack the tenant's, for the message
 * @throws OperatorError `missing-output` naming every output that `make` asked for and the stacks do not have
 */
export function fromOutputs<Made>(stack: string, outputs: Outputs, make: (output: ReadOutput) => Made): Made {
  const missing = new Set<string>();
  const made = make((name) => {
    const value = outputs[name];
    if (value !== undefined && value !== "") return value;
    missing.add(name);
    return "";
  });
  if (missing.size === 0) return made;
  throw new OperatorError(
    "missing-output",
    `${stack} and its platform have no output ${[...missing].sort().join(", ")}; apply both stacks with the present templates first`,
  );
}
