/**
 * Steers a bed from another process, below `/_bed/`: GET and DELETE `calls` (`?after=<sequence>`); GET, POST and DELETE `faults`, each
 * as JSON or in the words of `scripts/bed --help faults`; POST `ecs` (how containers behave, what capacity there is) and `stacks`
 * (resources that fail); GET and POST `clock` (`{"speed": 60}`, `{"forward": <milliseconds>}`); POST `reset`. Answers are JSON.
 */
import * as z from "zod";
import type { SteerableClock } from "../../clock.ts";
import { cloudFormationFaults } from "../cloudformation/stack/faults.ts";
import type { World } from "../kernel.ts";
import type { HttpRequest } from "../protocols/http-request.ts";
import type { RestAnswer } from "../protocols/rest-xml.ts";
import { healEcs, steerEcs } from "../services/ecs/steering.ts";
import type { CallLog } from "./call-log.ts";
import { faultSchema } from "./fault.ts";
import type { Faults } from "./faults.ts";

/** Faults as somebody types them, of whatever the bed stands beside. */
export interface TypedFaults {
  /** @throws Error that says what is wrong with it */
  put(text: string): void;
  clear(): void;
}

/** A failure of a resource of a stack, as {@link cloudFormationFaults} takes it. */
const stackFault = z.strictObject({
  stack: z.string().exactOptional(),
  logicalId: z.string(),
  phase: z.enum(["create", "update", "rollback", "remove"]),
  message: z.string().default("injected by the bed"),
  times: z.int().min(1).exactOptional(),
  afterSeconds: z.number().min(0).exactOptional(),
});

export const CONTROL_PREFIX = "/_bed/";

export interface Controlled {
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** Undefined if the bed runs on a clock that cannot be steered. */
  readonly clock: SteerableClock | undefined;
  readonly typed: TypedFaults | undefined;
}

const clockChange = z.strictObject({
  speed: z.number().min(1).optional(),
  forward: z.number().min(0).optional().describe("milliseconds"),
});

/** Answers one control request; 404 with the list of what there is for anything else. */
export async function control(
  { world, calls, faults, clock, typed }: Controlled,
  request: HttpRequest,
): Promise<RestAnswer> {
  const asked = `${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`;
  switch (asked) {
    case "GET calls": {
      const after = Number(request.query.get("after") ?? 0);
      return json(200, { calls: calls.all().filter(({ sequence }) => sequence > after) });
    }
    case "DELETE calls":
      calls.clear();
      return json(200, {});
    case "GET faults":
      return json(200, { faults: faults.list() });
    case "POST faults": {
      const text = Buffer.from(request.body).toString("utf8").trim();
      if (!text.startsWith("{")) return putTyped(typed, text);
      const fault = faultSchema.safeParse(bodyOf(request));
      if (!fault.success) return json(400, { message: z.prettifyError(fault.error) });
      faults.add(fault.data);
      return json(201, { fault: fault.data });
    }
    case "DELETE faults":
      faults.clear();
      cloudFormationFaults(world).clear();
      healEcs(world);
      typed?.clear();
      return json(200, {});
    case "POST ecs":
      return steered(() => steerEcs(world, bodyOf(request)));
    case "POST stacks":
      return steered(() => cloudFormationFaults(world).fail(stackFault.parse(bodyOf(request))));
    case "GET clock":
      return json(200, { now: new Date(world.clock.now()).toISOString() });
    case "POST clock": {
      const change = clockChange.safeParse(bodyOf(request));
      if (!change.success) return json(400, { message: z.prettifyError(change.error) });
      if (clock === undefined) return json(409, { message: "this bed runs on a clock that cannot be steered" });
      if (change.data.speed !== undefined) clock.setSpeed(change.data.speed);
      if (change.data.forward !== undefined) clock.forward(change.data.forward);
      return json(200, { now: new Date(world.clock.now()).toISOString() });
    }
    case "POST reset":
      world.reset();
      faults.clear();
      calls.clear();
      return json(200, {});
    default:
      return json(404, {
        message: `no ${asked}; there is GET|DELETE calls, GET|POST|DELETE faults, POST ecs, POST stacks, GET|POST clock, POST reset`,
      });
  }
}

function putTyped(typed: TypedFaults | undefined, text: string): RestAnswer {
  if (typed === undefined)
    return json(400, { message: "this bed takes faults as JSON only; scripts/bed takes words as well" });
  return steered(() => typed.put(text));
}

/** 201, or 400 with what is wrong with the wish. */
function steered(act: () => void): RestAnswer {
  try {
    act();
    return json(201, {});
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return json(400, { message: error instanceof z.ZodError ? z.prettifyError(error) : error.message });
  }
}

function bodyOf(request: HttpRequest): unknown {
  return JSON.parse(Buffer.from(request.body).toString("utf8"));
}

function json(status: number, value: object): RestAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}
