import { OperatorError } from "../lib/domain/operator-error.ts";
import { type ActPorts, act } from "./act.ts";
import { lost } from "./lost.ts";
import { neverEnded } from "./never-ended.ts";
import { read } from "./read.ts";
import type { CommandRequest } from "./request.ts";
import { stopAgain } from "./stop-again.ts";
import { sweep, sweepTargets } from "./sweep.ts";

export interface CommandInput {
  readonly step: "read" | "act" | "lost" | "environments" | "sweep";
  /** Where the steps `act` and `sweep` act. */
  readonly environment?: string;
  /** Id of the reply to go on with. */
  readonly reply?: number;
}

export interface CommandOutput {
  readonly outputs: Readonly<Record<"targets" | "queue" | "outcome", string>>;
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

/**
 * One of the steps in which a command is read, carried out, and, if its run was lost, answered after all; or in which live changes that
 * are over are ended.
 *
 * @param request.comment of the event; asked for only by the steps that are about one
 */
export async function command(
  { comment, ...rest }: Omit<CommandRequest, "comment"> & { readonly comment: () => CommandRequest["comment"] },
  input: CommandInput,
  ports: ActPorts,
): Promise<CommandOutput> {
  const { environment, reply } = input;
  const about = (): CommandRequest => ({ ...rest, comment: comment() });
  switch (input.step) {
    case "read": {
      const { targets, queue, outcome } = await read(about(), ports);
      return { outputs: { targets: JSON.stringify(targets), queue, outcome } };
    }
    case "act": {
      if (environment === undefined) throw new OperatorError("wrong-input", "the step act needs an environment");
      const end = await act(about(), { environment, ...(reply !== undefined && { reply }) }, ports);
      return {
        outputs: { targets: "[]", queue: "none", outcome: end.outcome },
        ...(end.failed !== undefined && { failed: { reasonCode: end.outcome, message: end.failed } }),
      };
    }
    case "lost":
      await lost(about(), reply, ports);
      return { outputs: { targets: "[]", queue: "none", outcome: "run-lost" } };
    case "environments":
      return { outputs: { targets: JSON.stringify(sweepTargets(rest.policy)), queue: "none", outcome: "listed" } };
    case "sweep": {
      if (environment === undefined) throw new OperatorError("wrong-input", "the step sweep needs an environment");
      const ended = [
        ...(await sweep(rest, environment, ports)),
        ...(await stopAgain(rest, environment, ports)),
        ...(await neverEnded(rest, environment, ports)),
      ];
      for (const line of ended) ports.progress.say(line);
      return { outputs: { targets: "[]", queue: "none", outcome: ended.length === 0 ? "nothing-over" : "swept" } };
    }
  }
}
