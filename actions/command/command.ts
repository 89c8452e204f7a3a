import { OperatorError } from "../lib/domain/operator-error.ts";
import { type ActPorts, act } from "./act.ts";
import { lost } from "./lost.ts";
import { read } from "./read.ts";
import type { CommandRequest } from "./request.ts";

export interface CommandInput {
  readonly step: "read" | "act" | "lost";
  /** Where the step `act` acts. */
  readonly environment?: string;
  /** Id of the reply to go on with. */
  readonly reply?: number;
}

export interface CommandOutput {
  readonly outputs: Readonly<Record<"targets" | "queue" | "outcome", string>>;
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

/** One of the steps in which a command is read, carried out, and, if its run was lost, answered after all. */
export async function command(request: CommandRequest, input: CommandInput, ports: ActPorts): Promise<CommandOutput> {
  const { environment, reply } = input;
  switch (input.step) {
    case "read": {
      const { targets, queue, outcome } = await read(request, ports);
      return { outputs: { targets: JSON.stringify(targets), queue, outcome } };
    }
    case "act": {
      if (environment === undefined) throw new OperatorError("wrong-input", "the step act needs an environment");
      const end = await act(request, { environment, ...(reply !== undefined && { reply }) }, ports);
      return {
        outputs: { targets: "[]", queue: "none", outcome: end.outcome },
        ...(end.failed !== undefined && { failed: { reasonCode: end.outcome, message: end.failed } }),
      };
    }
    case "lost":
      await lost(request, reply, ports);
      return { outputs: { targets: "[]", queue: "none", outcome: "run-lost" } };
  }
}
