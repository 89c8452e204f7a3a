/**
 * Steers a bed from another process, below `/_bed/`: GET and DELETE `calls`; GET, POST and DELETE `faults`; GET `clock`.
 * Bodies and answers are JSON.
 */
import * as z from "zod";
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
}

/** Answers one control request; 404 with the list of what there is for anything else. */
export async function control({ world, calls, faults }: Controlled, request: HttpRequest): Promise<RestAnswer> {
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
      const fault = faultSchema.safeParse(JSON.parse(Buffer.from(request.body).toString("utf8")));
      if (!fault.success) return json(400, { message: z.prettifyError(fault.error) });
      faults.add(fault.data);
      return json(201, { fault: fault.data });
    }
    case "DELETE faults":
      faults.clear();
      return json(200, {});
    case "GET clock":
      return json(200, { now: new Date(world.clock.now()).toISOString() });
    default:
      return json(404, { message: `no ${asked}; there is GET|DELETE calls, GET|POST|DELETE faults, GET clock` });
  }
}

function json(status: number, value: object): RestAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}
