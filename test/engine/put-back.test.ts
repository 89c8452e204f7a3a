/** Going back is a deployment as well: until ECS shows it, the one that is to be left is not taken for it. */
import { expect, test } from "vitest";
import type { Deployment, RunningService, ServiceDesire } from "../../actions/lib/domain/service.ts";
import type { ServiceStep } from "../../actions/lib/domain/service-changes.ts";
import { putBack } from "../../actions/lib/engine/put-back.ts";
import type { RollPorts } from "../../actions/lib/engine/roll-services.ts";
import type { Services } from "../../actions/lib/ports/services.ts";
import { skippingClock } from "../fixtures/skipping-clock.ts";

const name = "mate-hospital-a-production-django";
const [first, second] = [`${name}:1`, `${name}:2`];

/** A service that rolled from the first revision to the present one; ECS shows late what an update begins, and then it takes some looks. */
function rolledTo(present: string): {
  readonly services: Services;
  readonly begun: () => Deployment["status"] | "none";
} {
  let looks = 0;
  let running = present;
  let begun: "none" | "IN_PROGRESS" | "SUCCESSFUL" = "none";
  const services: Partial<Services> = {
    find: async () => [{ ...service, taskDefinition: running, deployment: "rolled" }],
    taskDefinition: async () => definition,
    update: async ({ taskDefinition, replacing }) => {
      running = taskDefinition;
      begun = "IN_PROGRESS";
      // As the adapter has it: what ECS still shows is only looked past by those who say that it is to be replaced.
      return replacing === "rolled" ? "back" : "rolled";
    },
    deployments: async ([arn = ""]) => {
      if (arn === "back" && ++looks > 3) begun = "SUCCESSFUL";
      const status = arn === "back" && begun === "IN_PROGRESS" ? begun : "SUCCESSFUL";
      return [{ ...deployment, arn, status }];
    },
  };
  return { services: services as Services, begun: () => begun };
}

const definition = { family: name } as ServiceDesire["definition"];
const desire = { role: "django", name, definition, capacity: [] as ServiceDesire["capacity"] } as ServiceDesire;
const service = { name, taskDefinition: first, capacity: [] as RunningService["capacity"] } as RunningService;
const deployment = { failedTasks: 0, runningTasks: 2, wantedTasks: 2, createdAt: new Date(0) } as Deployment;

test.for<readonly [string, boolean, string]>([
  ["to the release before", true, second],
  ["to other settings of the same release, which is a deployment of the same revision", false, first],
])("a service goes back %s, and only is back when that deployment is over", async ([, newDefinition, present]) => {
  const { services, begun } = rolledTo(present);
  const step = { kind: "update", desire, observed: { service }, newDefinition, deploys: true } as ServiceStep;
  const ports = { services, clock: skippingClock(), progress: { say: () => {} } } as unknown as RollPorts;

  const back = await putBack(
    [step],
    { cluster: "mate-production", desires: [desire], atMostMs: 600_000, before: { [name]: first } },
    ports,
  );

  expect([back, begun()]).toEqual([["django"], "SUCCESSFUL"]);
});
