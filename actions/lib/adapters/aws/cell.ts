import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { S3Client } from "@aws-sdk/client-s3";
import type { Environment } from "../../domain/environment.ts";
import { type RoleKind, recordsBucket, roleArn } from "../../domain/environment-names.ts";
import type { Cell } from "../../ports/cell.ts";
import { awsClientSettings } from "./client.ts";
import { cloudFormationStacks } from "./cloudformation-stacks.ts";
import { oidcCredentials } from "./credentials.ts";
import { ecrImages } from "./ecr-images.ts";
import { ecsServices } from "./ecs-services.ts";
import { ecsTasks } from "./ecs-tasks.ts";
import { s3Records } from "./s3-records.ts";
import { templateUpload } from "./template-upload.ts";

/**
 * The AWS of each environment, reached with the role of one kind of work. Asking twice for an environment gives the same cell, so
 * that its clients and credentials are shared.
 *
 * @param settings.session shown in CloudTrail as the session's name: who and which run
 */
export function awsCells(settings: {
  readonly kind: RoleKind;
  readonly session: string;
  readonly idToken: () => Promise<string>;
}): (environment: Environment) => Cell {
  const cells = new Map<string, Cell>();
  return (environment) => {
    const cell = cells.get(environment.name) ?? awsCell(environment, settings);
    cells.set(environment.name, cell);
    return cell;
  };
}

function awsCell(environment: Environment, { kind, session, idToken }: Parameters<typeof awsCells>[0]): Cell {
  const { region } = environment;
  const credentials = oidcCredentials({ region, role: roleArn(environment, kind), session, idToken });
  const client = awsClientSettings(region, credentials);
  // Buckets are addressed by path on endpoints that are no names, as on a test bed; AWS itself is addressed by name.
  const s3 = new S3Client({ ...client, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const ecs = new ECSClient(client);
  const bucket = recordsBucket(environment);
  return {
    environment,
    stacks: cloudFormationStacks(new CloudFormationClient(client), {
      executionRole: roleArn(environment, "cfn"),
      // Whoever can push a branch can write below plans/; what is executed comes from a place only the deploy role writes.
      upload: templateUpload(s3, { bucket, region, prefix: kind === "plan" ? "plans/templates" : "templates" }),
    }),
    services: ecsServices(ecs, new ApplicationAutoScalingClient(client)),
    tasks: ecsTasks(ecs, new CloudWatchLogsClient(client)),
    images: ecrImages(new ECRClient(client)),
    records: s3Records(s3, bucket),
  };
}
