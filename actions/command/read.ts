import { authorize } from "../lib/domain/authority.ts";
import type { AskingComment } from "../lib/domain/command/comment-rules.ts";
import type { Pending } from "../lib/domain/command/confirmation.ts";
import { type Command, ruleOf } from "../lib/domain/command/grammar.ts";
import { commentOfOperation, operationOf } from "../lib/domain/command/operation-id.ts";
import type { Person } from "../lib/domain/command/operator-rules.ts";
import { readComment } from "../lib/domain/command/read-comment.ts";
import type { ReplyState } from "../lib/domain/command/reply.ts";
import type { Rule } from "../lib/domain/command/rule.ts";
import { tenantOf } from "../lib/domain/command/target-rules.ts";
import type { Environment } from "../lib/domain/environment.ts";
import type { Clock } from "../lib/ports/clock.ts";
import type { Comments } from "../lib/ports/comments.ts";
import type { People } from "../lib/ports/people.ts";
import type { Progress } from "../lib/ports/progress.ts";
import { type CommandRequest, environmentOf, environmentsInUse, knownTenants, targetOf, teamsIn } from "./request.ts";

export interface ReadPorts {
  readonly comments: Comments;
  readonly people: People;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** Where the command goes on: a job for each environment, none when everything is said. */
export interface Routing {
  readonly targets: readonly { readonly environment: string; readonly reply: number | "" }[];
  /** What runs alone: operations on one tenant come one after the other, what only looks waits for nobody. */
  readonly queue: string;
  readonly outcome: string;
}

const over = (outcome: string): Routing => ({ targets: [], queue: "none", outcome });

/**
 * Reads a new comment: nothing to us, answered here, or a command that goes on to the job with an identity in AWS. Refusals that need
 * no look into AWS are made here; what is not refused here is decided again there, from facts of its own.
 */
export async function read(request: CommandRequest, ports: ReadPorts): Promise<Routing> {
  const { comment, policy } = request;
  if (comment.authorType !== "User") return over("ignored");
  const reading = readComment(comment.body, { tenants: knownTenants(policy) });
  if (reading.kind === "ignore") return over("ignored");
  // A courtesy, of which nothing depends: the reply comes in any case.
  await ports.comments
    .saw(comment.id)
    .catch((error: unknown) => ports.progress.say(`the comment got no reaction: ${String(error)}`));
  const earlier = request.run.attempt > 1 ? await ports.comments.findReply(comment.pull, comment.id) : undefined;
  const ignoredLines = reading.kind === "command" ? reading.ignoredLines : 0;
  const answer = (reply: ReplyState): Promise<number> =>
    ports.comments.reply(
      { pull: comment.pull, reply: earlier },
      { comment: comment.id, by: comment.author, run: request.run.url, ignoredLines, reply },
    );
  if (reading.kind === "help") {
    await answer({ state: "near-miss", answer: reading });
    return over("near-miss");
  }
  const { command } = reading;
  if (command.verb === "help") {
    await answer({ state: "help", ...(command.about !== undefined && { about: command.about }) });
    return over("help");
  }
  const { environments, pending, refusal } = await refusalOf(command, request, ports);
  if (refusal !== undefined) {
    await answer({ state: "refused", command, rules: refusal.rules });
    return over(refusal.reasonCode);
  }
  const acted = pending === undefined ? command : pending.command;
  const operation = operationOf(comment.id);
  const reply = await answer({ state: "working", command, operation, what: "a runner takes it up", progress: [] });
  return {
    targets: environments.map(({ name }, index) => ({ environment: name, reply: index === 0 ? reply : "" })),
    queue: command.verb !== "cancel" && worksOnTenant(acted) ? `tenant-${tenantOf(acted)}` : operation,
    outcome: "accepted",
  };
}

/** What a retry does is done by a deployment, which is waited for: nobody else has to wait with it. */
function worksOnTenant({ verb }: Command): boolean {
  return ruleOf(verb).effect === "acts" && verb !== "retry";
}

interface Preliminary {
  readonly environments: readonly Environment[];
  readonly pending?: Pending;
  readonly refusal?: { readonly rules: readonly Rule[]; readonly reasonCode: string };
}

/** Everything that can be said against a command without looking into AWS. */
async function refusalOf(command: Command, request: CommandRequest, ports: ReadPorts): Promise<Preliminary> {
  const { policy } = request;
  const claimed = "operation" in command ? await claimedBy(command.operation, request, ports) : undefined;
  const own = environmentOf(claimed?.command ?? command, policy);
  const environments = own === undefined ? environmentsInUse(policy) : [own];
  const [state, person] = await Promise.all([
    ports.comments.state(request.comment.id, request.comment.body),
    ports.people.find(request.run.startedBy, teamsIn(environments)),
  ]);
  for (const environment of environments) {
    const decision = decide(command, { environment, claimed, state, person }, request, ports.clock.now());
    if (decision.decision === "refused") return { environments, refusal: decision };
  }
  return { environments, ...(claimed !== undefined && { pending: claimed }) };
}

function decide(
  command: Command,
  facts: {
    readonly environment: Environment;
    readonly claimed: Pending | undefined;
    readonly state: AskingComment["state"];
    readonly person: Person;
  },
  { comment, run, policy }: CommandRequest,
  now: Date,
): ReturnType<typeof authorize> {
  const { environment, claimed, state, person } = facts;
  return authorize({
    command,
    person,
    comment: { ...comment, state },
    run,
    // What only AWS knows is taken for in order here, and looked up there.
    operation: "new",
    facts: { migrationBetween: "no", holder: "gone" },
    target: targetOf(claimed?.command ?? command, environment, policy),
    pending: claimed ?? "none",
    now,
  });
}

/**
 * What the comment behind an operation asks for. It only says in which environment to look for the operation; whether there is one,
 * and what it is, its record there says.
 */
async function claimedBy(
  operation: string,
  { comment, policy }: CommandRequest,
  { comments }: ReadPorts,
): Promise<Pending | undefined> {
  const id = commentOfOperation(operation);
  const found = id === undefined ? undefined : await comments.find(id);
  if (found === undefined || found.pull !== comment.pull) return undefined;
  const reading = readComment(found.body, { tenants: knownTenants(policy) });
  if (reading.kind !== "command") return undefined;
  return { operation, command: reading.command, askedBy: found.author, askedAt: found.createdAt };
}
