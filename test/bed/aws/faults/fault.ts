/** What can go wrong on purpose, as data: the same values from a test, from the command line and over HTTP. */
import * as z from "zod";

/** Which calls a fault meets; what is left out meets all. */
const match = z.strictObject({
  service: z.string().optional().describe("the bed's name of the service, such as ecs"),
  operations: z.array(z.string()).optional().describe("names of operations, * stands for any characters"),
  contains: z.string().optional().describe("text somewhere in the input, such as a tenant's name"),
  account: z.string().optional(),
});

/** Which of the matching calls: from the nth one on, so many times; `every` for all of them. */
const turns = {
  match: match.default({}),
  nth: z.int().min(1).default(1),
  times: z.union([z.int().min(1), z.literal("every")]).default(1),
};

const latency = z.strictObject({
  kind: z.literal("latency"),
  match: match.default({}),
  milliseconds: z.union([
    z.number().min(0),
    z.strictObject({ median: z.number().positive(), p99: z.number().positive() }).describe("log-normal distribution"),
  ]),
});

const buckets = z.strictObject({
  kind: z.literal("token-buckets"),
  buckets: z
    .record(
      z.string(),
      z.strictObject({
        burst: z.number().min(1),
        refill: z.number().min(0).describe("tokens a second"),
        service: z.string(),
        operations: z.array(z.string()),
      }),
    )
    .optional()
    .describe("the published ones if left out"),
});

const throttling = z.strictObject({
  kind: z.literal("throttling"),
  match: match.default({}),
  percent: z.number().min(0).max(100),
});

const staleReads = z.strictObject({
  kind: z.literal("stale-reads"),
  match: match.default({}),
  milliseconds: z.number().positive().describe("how long an answer may be out of date"),
});

const eventualConsistency = z.strictObject({
  kind: z.literal("eventual-consistency"),
  match: match.default({}),
  milliseconds: z.number().positive().describe("how long what was just made cannot be found"),
});

const connection = z.strictObject({
  kind: z.literal("connection"),
  ...turns,
  does: z.enum(["reset", "hang"]).default("reset"),
  when: z.enum(["before-effect", "after-effect"]),
});

const error = z.strictObject({
  kind: z.literal("error"),
  ...turns,
  code: z.string(),
  message: z.string().default("injected by the bed"),
  status: z.int().min(400).max(599).default(400),
});

const expiredCredentials = z.strictObject({ kind: z.literal("expired-credentials"), ...turns });

export const faultSchema = z.discriminatedUnion("kind", [
  latency,
  buckets,
  throttling,
  staleReads,
  eventualConsistency,
  connection,
  error,
  expiredCredentials,
]);

export type Match = z.infer<typeof match>;
/** A fault with every default filled in. */
export type Fault = z.infer<typeof faultSchema>;
/** A fault as it is written: what has a default may be left out. */
export type FaultInput = z.input<typeof faultSchema>;
export type FaultOf<K extends Fault["kind"]> = Extract<Fault, { readonly kind: K }>;
