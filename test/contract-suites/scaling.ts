/** What the Services port promises about auto scaling. */
import { ApplicationAutoScalingClient, DescribeScalingPoliciesCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { beforeAll, describe, expect, test } from "vitest";
import { ecsScaling } from "../../actions/lib/adapters/aws/ecs-scaling.ts";
import { systemClock } from "../../actions/lib/adapters/clock.ts";
import { differsOn, type Place, type PlaceName } from "./place.ts";

const cluster = "mate-production";

export function scalingSuite(place: () => Place, name: PlaceName): void {
  describe("scaling of a service", () => {
    let client: ApplicationAutoScalingClient;
    let scaling: ReturnType<typeof ecsScaling>;
    beforeAll(async () => {
      const ecs = new ECSClient(place().settings);
      await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          ...{ family: "web", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
          containerDefinitions: [{ name: "web", image: "web:1", memory: 512, essential: true }],
        }),
      );
      const awsvpcConfiguration = await network(new EC2Client(place().settings));
      for (const serviceName of ["django", "celery", "beat"])
        await ecs.send(
          new CreateServiceCommand({
            ...{ cluster, serviceName, taskDefinition: "web", desiredCount: 0, launchType: "FARGATE" },
            networkConfiguration: { awsvpcConfiguration },
          }),
        );
      client = new ApplicationAutoScalingClient(place().settings);
      scaling = ecsScaling(client, systemClock());
    });

    test("a service that was never scaled has none", async () => {
      expect(await scaling.scaling(cluster, ["django", "celery"])).toEqual([]);
    });

    test("limits are what was set last, of the services asked for only", async () => {
      await scaling.scale(cluster, { service: "django", min: 2, max: 4, suspended: false });
      await scaling.scale(cluster, { service: "celery", min: 1, max: 2, suspended: false });
      await scaling.scale(cluster, { service: "django", min: 3, max: 10, suspended: false });
      expect(await scaling.scaling(cluster, ["django", "beat"])).toEqual([
        { service: "django", min: 3, max: 10, suspended: false },
      ]);
    });

    test("a suspended tenant stays at zero, and keeps being suspended until told otherwise", async () => {
      await scaling.scale(cluster, { service: "celery", min: 0, max: 0, suspended: true });
      expect(await scaling.scaling(cluster, ["celery"])).toEqual([
        { service: "celery", min: 0, max: 0, suspended: true },
      ]);
      await scaling.scale(cluster, { service: "celery", min: 1, max: 2, suspended: false });
      expect(await scaling.scaling(cluster, ["celery"])).toMatchObject([{ min: 1, suspended: false }]);
    });

    test("setting the processor target again changes the policy and adds none", async () => {
      for (const cpuPercent of [60, 70])
        await scaling.scale(cluster, { service: "beat", min: 1, max: 3, suspended: false, cpuPercent });
      const { ScalingPolicies } = await client.send(
        new DescribeScalingPoliciesCommand({ ServiceNamespace: "ecs", ResourceId: `service/${cluster}/beat` }),
      );
      expect(
        ScalingPolicies?.map((one) => [one.PolicyName, one.TargetTrackingScalingPolicyConfiguration?.TargetValue]),
      ).toEqual([["beat-cpu", 70]]);
    });

    test("taken out of scaling it has none", async () => {
      await scaling.unscale(cluster, "django");
      expect(await scaling.scaling(cluster, ["django"])).toEqual([]);
    });

    // moto answers ValidationException, AWS ObjectNotFoundException (API reference, DeregisterScalableTarget).
    differsOn("moto", name)("taken out of scaling a second time it still has none", async () => {
      await scaling.unscale(cluster, "django");
      expect(await scaling.scaling(cluster, ["django"])).toEqual([]);
    });
  });
}

/** moto has a network from the start and looks whether a subnet is of it; the bed takes any. */
async function network(ec2: EC2Client) {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const [subnet, group] = [Subnets?.[0]?.SubnetId ?? "subnet-1", SecurityGroups?.[0]?.GroupId ?? "sg-1"];
  return { subnets: [subnet], securityGroups: [group] };
}
