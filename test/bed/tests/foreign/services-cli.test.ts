import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CliStage, cliStage, isCliInstalled } from "./aws-cli.ts";

describe.skipIf(!isCliInstalled())("the AWS CLI and what runs", () => {
  let stage: CliStage;
  const cluster = ["--cluster", "mate"] as const;
  const network = [
    "--network-configuration",
    "awsvpcConfiguration={subnets=[subnet-1],securityGroups=[sg-1]}",
  ] as const;
  beforeAll(async () => {
    stage = await cliStage();
    await stage.aws("ecs", "create-cluster", "--cluster-name", "mate");
    await stage.aws("logs", "create-log-group", "--log-group-name", "/ecs/web");
  });
  afterAll(() => stage.stop());

  async function define(image: string): Promise<void> {
    const options = { "awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web" };
    const file = join(stage.folder, "definition.json");
    await writeFile(
      file,
      JSON.stringify({
        ...{ family: "web", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
        executionRoleArn: "arn:aws:iam::123456789012:role/execution",
        containerDefinitions: [
          { name: "web", image, essential: true, logConfiguration: { logDriver: "awslogs", options } },
        ],
      }),
    );
    await stage.aws("ecs", "register-task-definition", "--cli-input-json", `file://${file}`);
  }

  test("runs a task to its end, and reads its exit code and its log", async () => {
    await define("mate/django:1");
    const { tasks } = await stage.aws<{ tasks: readonly { readonly taskArn: string }[] }>(
      ...["ecs", "run-task", ...cluster, "--task-definition", "web", "--launch-type", "FARGATE", ...network],
    );
    const arn = tasks[0]?.taskArn ?? "";
    await stage.aws("ecs", "wait", "tasks-stopped", ...cluster, "--tasks", arn);
    const described = await stage.aws<{
      tasks: readonly { readonly lastStatus: string; readonly containers: readonly { readonly exitCode: number }[] }[];
    }>("ecs", "describe-tasks", ...cluster, "--tasks", arn);
    expect(described.tasks[0]).toMatchObject({ lastStatus: "STOPPED", containers: [{ exitCode: 0 }] });

    const { events } = await stage.aws<{ events: readonly { readonly message: string }[] }>(
      ...["logs", "get-log-events", "--log-group-name", "/ecs/web", "--start-from-head"],
      ...["--log-stream-name", `web/web/${arn.split("/").at(-1)}`],
    );
    expect(events.length).toBeGreaterThan(0);
  }, 60_000);

  test("a service becomes stable, and again after a new revision", async () => {
    await stage.aws(
      ...["ecs", "create-service", ...cluster, "--service-name", "web", "--task-definition", "web:1"],
      ...["--desired-count", "2", "--launch-type", "FARGATE", ...network],
    );
    await stage.aws("ecs", "wait", "services-stable", ...cluster, "--services", "web");
    await define("mate/django:2");
    await stage.aws("ecs", "update-service", ...cluster, "--service", "web", "--task-definition", "web:2");
    await stage.aws("ecs", "wait", "services-stable", ...cluster, "--services", "web");

    const { services } = await stage.aws<{
      services: readonly {
        readonly runningCount: number;
        readonly taskDefinition: string;
        readonly deployments: readonly unknown[];
      }[];
    }>("ecs", "describe-services", ...cluster, "--services", "web");
    expect(services[0]).toMatchObject({ runningCount: 2, taskDefinition: expect.stringMatching(/web:2$/) });
    expect(services[0]?.deployments).toHaveLength(1);
  }, 90_000);

  test("an earlier version of a file is copied back", async () => {
    const file = join(stage.folder, "report.txt");
    await stage.aws("s3api", "create-bucket", "--bucket", "hospital-a");
    await stage.aws(
      ...["s3api", "put-bucket-versioning", "--bucket", "hospital-a", "--versioning-configuration", "Status=Enabled"],
    );
    for (const text of ["first", "second"]) {
      await writeFile(file, text);
      await stage.aws("s3", "cp", "--quiet", file, "s3://hospital-a/report.txt");
    }
    const { Versions } = await stage.aws<{
      Versions: readonly { readonly VersionId: string; readonly IsLatest: boolean }[];
    }>(...["s3api", "list-object-versions", "--bucket", "hospital-a", "--prefix", "report.txt"]);
    const old = Versions.find(({ IsLatest }) => !IsLatest)?.VersionId ?? "";
    await stage.aws(
      ...["s3api", "copy-object", "--bucket", "hospital-a", "--key", "report.txt"],
      ...["--copy-source", `hospital-a/report.txt?versionId=${old}`],
    );
    const { ContentLength } = await stage.aws<{ ContentLength: number }>(
      ...["s3api", "head-object", "--bucket", "hospital-a", "--key", "report.txt"],
    );
    expect(ContentLength).toBe("first".length);
  }, 60_000);

  test("a database is restored from a snapshot, waiting with the CLI's own waiters", async () => {
    const instance = (id: string) => ["--db-instance-identifier", id] as const;
    await stage.aws(
      ...[
        "rds",
        "create-db-instance",
        ...instance("hospital-a"),
        "--engine",
        "postgres",
        "--db-instance-class",
        "db.t4g.small",
      ],
      ...["--allocated-storage", "20", "--master-username", "mate", "--manage-master-user-password"],
    );
    await stage.aws("rds", "wait", "db-instance-available", ...instance("hospital-a"));
    const snapshot = ["--db-snapshot-identifier", "before"] as const;
    await stage.aws("rds", "create-db-snapshot", ...instance("hospital-a"), ...snapshot);
    await stage.aws("rds", "wait", "db-snapshot-available", ...snapshot);
    await stage.aws("rds", "restore-db-instance-from-db-snapshot", ...instance("hospital-a-restored"), ...snapshot);
    await stage.aws("rds", "wait", "db-instance-available", ...instance("hospital-a-restored"));
    const { DBInstances } = await stage.aws<{ DBInstances: readonly { readonly DBInstanceIdentifier: string }[] }>(
      ...["rds", "describe-db-instances"],
    );
    expect(DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).sort()).toEqual([
      "hospital-a",
      "hospital-a-restored",
    ]);
  }, 150_000);
});
