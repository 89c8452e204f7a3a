import type { Command } from "../lib/domain/command/grammar.ts";
import { operationOf } from "../lib/domain/command/operation-id.ts";
import { readComment } from "../lib/domain/command/read-comment.ts";
import { tenantOf } from "../lib/domain/command/target-rules.ts";
import { OperatorError } from "../lib/domain/operator-error.ts";
import type { Comments } from "../lib/ports/comments.ts";
import { type CommandRequest, knownTenants } from "./request.ts";

/**
 * Answers for a run that ended before it could: it was cancelled, its runner died, or it found a bug. Without this the reply would say
 * for ever that somebody works on it.
 */
export async function lost(
  { comment, policy, run }: CommandRequest,
  reply: number | undefined,
  { comments }: { readonly comments: Comments },
): Promise<void> {
  const reading = readComment(comment.body, { tenants: knownTenants(policy) });
  if (reading.kind !== "command") throw new OperatorError("not-a-command", "the comment of this run is no command");
  const { command, ignoredLines } = reading;
  const tenant = tenantOf(command);
  const next: readonly Command[] = tenant === undefined ? [] : [{ verb: "status", tenant }];
  await comments.reply(
    { pull: comment.pull, reply },
    {
      ...{ comment: comment.id, by: comment.author, run: run.url, ignoredLines },
      reply: {
        ...{ state: "failed", command, operation: operationOf(comment.id), evidence: [], next },
        cause:
          "the run ended before it was done; what it had started in AWS goes on, and its lease ends within minutes",
        reasonCode: "run-lost",
      },
    },
  );
}
