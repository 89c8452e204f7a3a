/** A deployment that ECS has begun and does not show yet is waited for: taken for none, the old release would count as the new one. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ecsServices } from "../../../actions/lib/adapters/aws/ecs-services.ts";
import type { ServiceDesire } from "../../../actions/lib/domain/service.ts";
import { skippingClock } from "../../fixtures/skipping-clock.ts";

const old = "arn:aws:ecs:us-east-1:123456789012:service-deployment/mate-production/django/old";
const next = "arn:aws:ecs:us-east-1:123456789012:service-deployment/mate-production/django/new";

/** How often the service is still shown with the deployment of before. */
let late = 0;
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const listed = String(request.headers["x-amz-target"]).endsWith("ListServiceDeployments");
    const shown = late-- > 0 ? [old] : [old, next];
    const deployments = shown.map((serviceDeploymentArn, createdAt) => ({ serviceDeploymentArn, createdAt }));
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(
      JSON.stringify(
        listed ? { serviceDeployments: deployments } : { service: { currentServiceDeployment: shown.at(-1) } },
      ),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => new Promise((closed) => server.close(closed)));

const desire = {
  ...{ role: "django", name: "mate-hospital-a-production-django", count: { min: 2, max: 2 }, tags: {} },
  ...{ capacity: [], healthyPercent: { minimum: 100, maximum: 200 }, subnets: ["subnet-1"], securityGroups: ["sg-1"] },
} as unknown as ServiceDesire;

test.for<readonly [string, number, string | undefined]>([
  ["at once", 0, next],
  ["only in the list", 1, next],
  ["some seconds late", 4, next],
  ["never, because nothing was to be deployed", 1_000, undefined],
])("it is shown %s", async ([, times, found]) => {
  late = times;
  const settings = {
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "AKIA", secretAccessKey: "any" },
  };
  const scaling = new ApplicationAutoScalingClient(settings);
  const services = ecsServices(new ECSClient(settings), scaling, skippingClock());

  const taskDefinition = "mate-hospital-a-production-django:8";
  const begun = await services.update({
    cluster: "mate-production",
    desire,
    taskDefinition,
    force: false,
    replacing: old,
  });

  expect(begun).toBe(found);
});
