import type { Connection } from "./cell.ts";
import { type Answer, awsQueries, type QueryCall } from "./ops-query.ts";

/** Names under which the limits know the services of the query protocol. */
const names: Readonly<Partial<Record<QueryCall["service"], string>>> = {
  elasticloadbalancing: "elastic load balancing v2",
  monitoring: "cloudwatch",
};

/** Calls of the query protocol that the scheduler lets out: a throttled one is asked again until it is answered. */
export function scheduledQueries({ client, calls, clock }: Connection): (call: QueryCall) => Promise<Answer> {
  const query = awsQueries({ ...client, pause: (milliseconds) => clock.sleep(milliseconds) });
  return async (call) =>
    await calls.run({ service: names[call.service] ?? call.service, operation: call.action }, () => query(call));
}
