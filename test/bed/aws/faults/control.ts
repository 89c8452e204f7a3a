/**
 * Steers a bed from another process, below `/_bed/`: GET and DELETE `calls` (`?after=<sequence>`); GET, POST and DELETE
 * `faults`; GET and POST `clock` (`{"speed": 60}`, `{"forward": <milliseconds>}`); POST `reset`. Bodies and answers are JSON.
 */
import * as z from "zod";
import type { SteerableClock } from "../../clock.ts";
import type { World } from "../kernel.ts";
import type { HttpRequest } from "../protocols/http-request.ts";
import type { RestAnswer } from "../protocols/rest-xml.ts";
import type { CallLog } from "./call-log.ts";
import { faultSchema } from "./fault.ts";
import type { Faults } from "./faults.ts";

export const CONTROL_PREFIX = "/_bed/";

export interface Controlled {
  readonly world: World;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** Undefined if the bed runs on a clock that cannot be steered. */
  readonly clock: SteerableClock | undefined;
}

const clockChange = z.strictObject({
  speed: z.number().min(1).optional(),
  forward: z.number().min(0).optional().describe("milliseconds"),
});

/** Answers one control request; 404 with the list of what there is for anything else. */
export async function control({ world, calls, faults, clock }: Controlled, request: HttpRequest): Promise<RestAnswer> {
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
      const fault = faultSchema.safeParse(bodyOf(request));
      if (!fault.success) return json(400, { message: z.prettifyError(fault.error) });
      faults.add(fault.data);
      return json(201, { fault: fault.data });
    }
    case "DELETE faults":
      faults.clear();
      return json(200, {});
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
        message: `no ${asked}; there is GET|DELETE calls, GET|POST|DELETE faults, GET|POST clock, POST reset`,
      });
  }
}

function bodyOf(request: HttpRequest): unknown {
  return JSON.parse(Buffer.from(request.body).toString("utf8"));
}

function json(status: number, value: object): RestAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}
