/** How CloudFormation makes database instances. */
import type { DBInstance } from "@aws-sdk/client-rds";
import { generatedName } from "../../cloudformation/resources/names.ts";
import type { MadeResource, Properties, ResourceContext, ResourceHandler } from "../../kernel.ts";
import { invoke, tagsOf } from "./own-api.ts";
import { identifier, rdsState } from "./state.ts";

/** Template properties that are named differently in the API. */
const RENAMED: Readonly<Record<string, string>> = {
  VPCSecurityGroups: "VpcSecurityGroupIds",
  DBSecurityGroups: "DBSecurityGroups",
};

/** Properties of the resource that CreateDBInstance and ModifyDBInstance do not know. */
const NOT_SENT: ReadonlySet<string> = new Set([
  "MasterUserSecret",
  "DBSnapshotIdentifier",
  "SourceDBInstanceIdentifier",
  "RestoreTime",
  "UseLatestRestorableTime",
  "SourceDbiResourceId",
  "DeleteAutomatedBackups",
  "AllowMajorVersionUpgrade",
  "ApplyImmediately",
  "UseDefaultProcessorFeatures",
]);

export const instanceHandler: ResourceHandler = {
  create: async (properties, context) => {
    const id = identifier(
      properties.DBInstanceIdentifier ?? generatedName(context.world, "AWS::RDS::DBInstance", context),
    );
    const wish = { ...apiProperties(properties), DBInstanceIdentifier: id, Tags: tagsOf(properties, context) };
    if (properties.DBSnapshotIdentifier) {
      const { MasterUsername, MasterUserPassword, ...rest } = wish as Record<string, unknown>;
      await invoke(context, "RestoreDBInstanceFromDBSnapshot", {
        ...rest,
        DBSnapshotIdentifier: properties.DBSnapshotIdentifier,
      });
    } else if (properties.SourceDBInstanceIdentifier || properties.SourceDbiResourceId) {
      const { SourceDBInstanceIdentifier, SourceDbiResourceId, RestoreTime, UseLatestRestorableTime } = properties;
      const source = {
        SourceDBInstanceIdentifier,
        SourceDbiResourceId,
        UseLatestRestorableTime,
        ...(RestoreTime !== undefined && { RestoreTime: new Date(RestoreTime) }),
      };
      await invoke(context, "RestoreDBInstanceToPointInTime", { ...wish, ...source, TargetDBInstanceIdentifier: id });
    } else await invoke(context, "CreateDBInstance", wish);
    context.started?.(id);
    return instanceMade(id, await available(context, id));
  },
  update: async (made, before, after, context) => {
    const id = made.physicalId;
    const changed = Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    );
    const {
      Tags: _,
      DBInstanceIdentifier: __,
      EnableCloudwatchLogsExports,
      ...input
    } = apiProperties(Object.fromEntries(changed)) as Record<string, unknown>;
    const logs =
      EnableCloudwatchLogsExports === undefined ? {} : { CloudwatchLogsExportConfiguration: logTypes(before, after) };
    const major =
      after.AllowMajorVersionUpgrade === undefined ? {} : { AllowMajorVersionUpgrade: after.AllowMajorVersionUpgrade };
    await invoke(context, "ModifyDBInstance", {
      ...input,
      ...logs,
      ...major,
      DBInstanceIdentifier: id,
      ApplyImmediately: true,
    });
    await invoke(context, "AddTagsToResource", {
      ResourceName: made.attributes.DBInstanceArn,
      Tags: tagsOf(after, context),
    });
    return instanceMade(id, await available(context, id));
  },
  remove: async (made, properties, context) => {
    if (!rdsState(context.world, context.call).instances.has(made.physicalId)) return;
    const final = context.finalSnapshotId;
    await invoke(context, "DeleteDBInstance", {
      DBInstanceIdentifier: made.physicalId,
      ...(final === undefined ? { SkipFinalSnapshot: true } : { FinalDBSnapshotIdentifier: final }),
      ...(properties.DeleteAutomatedBackups !== undefined && {
        DeleteAutomatedBackups: properties.DeleteAutomatedBackups,
      }),
    });
    const { instances } = rdsState(context.world, context.call);
    while (context.express !== true && instances.has(made.physicalId)) await context.world.clock.sleep(10_000);
  },
  read: async (made, properties, { world, call }) => {
    const live = rdsState(world, call).instances.get(made.physicalId)?.shown;
    if (live === undefined) return undefined;
    const same = Object.entries(live).filter(
      ([name, value]) => properties[name] !== undefined && typeof value !== "object",
    );
    return {
      ...properties,
      ...Object.fromEntries(same),
      ...(properties.AllocatedStorage !== undefined && { AllocatedStorage: String(live.AllocatedStorage) }),
      ...(properties.VPCSecurityGroups !== undefined && {
        VPCSecurityGroups: live.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId),
      }),
    };
  },
  adopt: ({ DBInstanceIdentifier = "" }, { world, call }) => {
    const id = identifier(DBInstanceIdentifier);
    const shown = rdsState(world, call).instances.get(id)?.shown;
    return shown === undefined ? undefined : instanceMade(id, shown);
  },
};

function apiProperties(properties: Properties): object {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !NOT_SENT.has(name))
      .map(([name, value]) => [
        RENAMED[name] ?? name,
        name === "AllocatedStorage" || name === "Port" ? Number(value) : value,
      ])
      .concat(
        properties.MasterUserSecret?.KmsKeyId === undefined
          ? []
          : [["MasterUserSecretKmsKeyId", properties.MasterUserSecret.KmsKeyId]],
      ),
  );
}

async function available({ world, call, express }: ResourceContext, id: string): Promise<DBInstance> {
  for (;;) {
    const shown = rdsState(world, call).instances.get(id)?.shown;
    if (shown !== undefined && express === true) return shown;
    if (shown?.DBInstanceStatus === "available" || shown?.DBInstanceStatus === "stopped") return shown;
    await world.clock.sleep(10_000);
  }
}

function instanceMade(id: string, shown: DBInstance): MadeResource {
  return {
    physicalId: id,
    attributes: {
      "Endpoint.Address": shown.Endpoint?.Address,
      "Endpoint.Port": String(shown.Endpoint?.Port),
      "Endpoint.HostedZoneId": shown.Endpoint?.HostedZoneId,
      DBInstanceArn: shown.DBInstanceArn,
      DbiResourceId: shown.DbiResourceId,
      "MasterUserSecret.SecretArn": shown.MasterUserSecret?.SecretArn,
      "CertificateDetails.CAIdentifier": shown.CACertificateIdentifier,
    },
  };
}

function logTypes(before: Properties, after: Properties): object {
  const [had, wants]: [readonly string[], readonly string[]] = [
    before.EnableCloudwatchLogsExports ?? [],
    after.EnableCloudwatchLogsExports ?? [],
  ];
  return { EnableLogTypes: wants, DisableLogTypes: had.filter((type) => !wants.includes(type)) };
}
