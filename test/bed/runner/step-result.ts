/** How the work of a step ended, before `continue-on-error`. */
export interface StepResult {
  readonly outcome: "success" | "failure";
  readonly outputs: Readonly<Record<string, string>>;
}
