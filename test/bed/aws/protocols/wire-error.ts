/** How an error of the bed appears on the wire: its code there, its status, the members its shape has. */
import type { AwsError } from "../kernel.ts";
import type { ServiceModel } from "./model.ts";
import type { Structure } from "./shapes.ts";

export interface WireError {
  /** The code in query and XML answers (`DBInstanceNotFound`). */
  readonly code: string;
  /** The name of the shape, which JSON answers carry (`DBInstanceNotFoundFault`). */
  readonly shapeName: string;
  readonly message: string;
  readonly status: number;
  readonly fault: "Sender" | "Receiver";
  readonly shape: Structure | undefined;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Looks an error up in its service's model, by the shape's name or by the code that query answers carry, whichever the
 * bed's service threw. The model's status wins over an unspecific 400.
 */
export function wireError(error: AwsError, model: ServiceModel | undefined): WireError {
  const shape = model?.errors.get(error.code) ?? byQueryCode(model, error.code);
  const modelled = shape?.traits.awsQueryError?.[1] ?? shape?.traits.httpError;
  const status = error.status === 400 && modelled !== undefined ? modelled : error.status;
  return {
    code: shape?.traits.awsQueryError?.[0] ?? error.code,
    shapeName: shape?.name ?? error.code,
    message: error.message,
    status,
    fault: status >= 500 ? "Receiver" : "Sender",
    shape,
    members: error.members,
  };
}

function byQueryCode(model: ServiceModel | undefined, code: string): Structure | undefined {
  for (const shape of model?.errors.values() ?? []) if (shape.traits.awsQueryError?.[0] === code) return shape;
  return undefined;
}
