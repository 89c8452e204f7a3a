import type { Insight } from "../../ports/metrics.ts";
import type { Connection } from "./cell.ts";
import { alarmsOf, targetsOf } from "./ops-observations.ts";
import { scheduledQueries } from "./scheduler-queries.ts";

/** What load balancers and alarms say of a cell's tenants. */
export function cellHealth(connection: Connection): Pick<Insight, "targets" | "alarms"> {
  const query = scheduledQueries(connection);
  return {
    targets: (targetGroup) => targetsOf(query, targetGroup),
    alarms: (prefix) => alarmsOf(query, prefix),
  };
}
