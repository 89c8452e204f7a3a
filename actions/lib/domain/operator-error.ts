/**
 * A failure somebody can fix. The message names the wrong value and the next step, in lower case and without a full stop; it is
 * shown without a stack trace. Every other error is a bug of ours and shows its stack.
 */
export class OperatorError extends Error {
  /** Machine-readable cause, in kebab case; it becomes the action's `reason-code` output. */
  readonly reasonCode: string;

  constructor(reasonCode: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OperatorError";
    this.reasonCode = reasonCode;
  }
}
