import { AsyncLocalStorage } from "node:async_hooks";
import type { MadeCall } from "../../domain/outcome.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Trace } from "../../ports/trace.ts";

/** What of an SDK client is used: every client has it, whatever its commands. */
interface Traceable {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client has input and output types of its own, which do not matter here.
    add(middleware: any, options: any): void;
  };
}

type Next = (request: unknown) => Promise<{ readonly output: Answer }>;

interface Answer {
  readonly $metadata?: { readonly requestId?: string };
}

/** Codes of "too many calls", of the services used here (each API reference, "Common Errors"). */
const tooMany = new Set([
  "RequestLimitExceeded",
  "RequestThrottled",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

const reading = /^(Describe|List|Get|BatchGet|BatchCheck|Head|Filter|Detect|Validate)/;

/** Follows calls of AWS clients: which changed something, by request id, and how often AWS said there were too many. */
export interface CallTrace extends Trace {
  /** Lets a client's calls be followed, each try of them; gives the client back. */
  follow<C extends Traceable>(client: C): C;
}

/** @param clock for the times of the calls */
export function callTrace(clock: Pick<Clock, "now">): CallTrace {
  const current = new AsyncLocalStorage<MadeCall[]>();
  let throttled = 0;
  const note = (operation: string, requestId: string | undefined, outcome: string): void => {
    if (tooMany.has(outcome)) throttled += 1;
    if (reading.test(operation) || requestId === undefined) return;
    current.getStore()?.push({ at: clock.now().toISOString(), operation, requestId, outcome });
  };
  const eachTry =
    (next: Next, context: { readonly commandName?: string }) =>
    async (request: unknown): ReturnType<Next> => {
      const operation = (context.commandName ?? "").replace(/Command$/, "");
      try {
        const answer = await next(request);
        note(operation, answer.output.$metadata?.requestId, "ok");
        return answer;
      } catch (error) {
        if (error instanceof Error) note(operation, (error as Error & Answer).$metadata?.requestId, error.name);
        throw error;
      }
    };
  return {
    throttled: () => throttled,
    within: async (work) => {
      const calls: MadeCall[] = [];
      const result = await current.run(calls, work);
      return { result, calls };
    },
    follow: (client) => {
      // Around what reads the answer, inside what repeats: it sees every try.
      client.middlewareStack.add(eachTry, { step: "deserialize", name: "traceEachTry", priority: "high" });
      return client;
    },
  };
}
