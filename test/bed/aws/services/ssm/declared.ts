/** Documents, maintenance windows and patch baselines as templates make them. Nothing runs in them. */
import type { Declared } from "../../cloudformation/resources/declared.ts";
import type { Operation, World } from "../../kernel.ts";
import { type Asked, all, named, present, type Showing } from "../declared-service.ts";

const DOCUMENT = "AWS::SSM::Document";
const WINDOW = "AWS::SSM::MaintenanceWindow";
const TARGET = "AWS::SSM::MaintenanceWindowTarget";
const TASK = "AWS::SSM::MaintenanceWindowTask";
const BASELINE = "AWS::SSM::PatchBaseline";

const SHOWING: Readonly<Record<string, Showing>> = {
  GetDocument: ({ Name }, asked) => {
    const document = documentOf(Name, asked);
    const { Content } = document.properties;
    return {
      ...{ ...aboutDocument(document), CreatedDate: document.madeAt },
      Content: typeof Content === "string" ? Content : JSON.stringify(Content),
    };
  },
  DescribeDocument: ({ Name }, asked) => {
    const document = documentOf(Name, asked);
    const about = { Owner: asked.call.caller.account, CreatedDate: document.madeAt };
    const versions = { LatestVersion: String(document.revision), DefaultVersion: String(document.revision) };
    return { Document: { ...aboutDocument(document), ...about, ...versions } };
  },
  GetMaintenanceWindow: ({ WindowId }, asked) => {
    const { properties, madeAt, changedAt } = windowOf(WindowId, asked);
    return present({
      ...{ WindowId, Name: properties.Name, Description: properties.Description, Schedule: properties.Schedule },
      ...{ StartDate: properties.StartDate, EndDate: properties.EndDate, Enabled: true },
      ...{ ScheduleTimezone: properties.ScheduleTimezone, ScheduleOffset: properties.ScheduleOffset },
      ...{ Duration: Number(properties.Duration), Cutoff: Number(properties.Cutoff), CreatedDate: madeAt },
      ...{ AllowUnassociatedTargets: properties.AllowUnassociatedTargets === true, ModifiedDate: changedAt },
    });
  },
  DescribeMaintenanceWindows: (_input, asked) => ({
    WindowIdentities: all(asked, WINDOW).map(({ made, properties }) =>
      present({
        ...{ WindowId: made.physicalId, Name: properties.Name, Description: properties.Description, Enabled: true },
        ...{ Schedule: properties.Schedule, ScheduleTimezone: properties.ScheduleTimezone },
        ...{ Duration: Number(properties.Duration), Cutoff: Number(properties.Cutoff) },
      }),
    ),
  }),
  DescribeMaintenanceWindowTargets: ({ WindowId }, asked) => ({
    Targets: within(WindowId, TARGET, asked).map(({ made, properties }) =>
      present({
        ...{ WindowId, WindowTargetId: made.physicalId, ResourceType: properties.ResourceType, Name: properties.Name },
        ...{ Targets: properties.Targets, OwnerInformation: properties.OwnerInformation },
        Description: properties.Description,
      }),
    ),
  }),
  DescribeMaintenanceWindowTasks: ({ WindowId }, asked) => ({
    Tasks: within(WindowId, TASK, asked).map(({ made, properties }) =>
      present({
        ...{ WindowId, WindowTaskId: made.physicalId, TaskArn: properties.TaskArn, Type: properties.TaskType },
        ...{ Targets: properties.Targets ?? [], Priority: Number(properties.Priority), Name: properties.Name },
        ...{ ServiceRoleArn: properties.ServiceRoleArn, Description: properties.Description },
        ...{ MaxConcurrency: properties.MaxConcurrency, MaxErrors: properties.MaxErrors },
      }),
    ),
  }),
  GetPatchBaseline: ({ BaselineId }, asked) => {
    const message = `Patch baseline ${BaselineId} does not exist`;
    const found = named(asked, { type: BASELINE, name: BaselineId }, ["DoesNotExistException", message]);
    const { properties, madeAt, changedAt } = found;
    return present({
      ...{ BaselineId, Name: properties.Name, Description: properties.Description },
      OperatingSystem: properties.OperatingSystem ?? "WINDOWS",
      GlobalFilters: properties.GlobalFilters ?? { PatchFilters: [] },
      ApprovalRules: properties.ApprovalRules ?? { PatchRules: [] },
      ApprovedPatches: properties.ApprovedPatches ?? [],
      ApprovedPatchesComplianceLevel: properties.ApprovedPatchesComplianceLevel ?? "UNSPECIFIED",
      ApprovedPatchesEnableNonSecurity: properties.ApprovedPatchesEnableNonSecurity === true,
      RejectedPatches: properties.RejectedPatches ?? [],
      RejectedPatchesAction: properties.RejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
      ...{ PatchGroups: properties.PatchGroups ?? [], Sources: properties.Sources ?? [] },
      ...{ CreatedDate: madeAt, ModifiedDate: changedAt },
    });
  },
};

/** The operations, in a world. */
export function declaredOperations(world: World): Readonly<Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(SHOWING).map(([name, show]): [string, Operation] => [
      name,
      (input, call) => show(input, { world, call }),
    ]),
  );
}

function documentOf(name: string, asked: Asked): Declared {
  const message = `Document with name ${name} does not exist.`;
  return named(asked, { type: DOCUMENT, name }, ["InvalidDocument", message]);
}

function aboutDocument({ made, properties, revision }: Declared): object {
  return present({
    ...{ Name: made.physicalId, DocumentType: properties.DocumentType ?? "Command", Status: "Active" },
    ...{ DocumentFormat: properties.DocumentFormat ?? "JSON", DocumentVersion: String(revision) },
    VersionName: properties.VersionName,
  });
}

function windowOf(id: string, asked: Asked): Declared {
  const message = `Maintenance window ${id} does not exist`;
  return named(asked, { type: WINDOW, name: id }, ["DoesNotExistException", message]);
}

function within(id: string, type: string, asked: Asked): readonly Declared[] {
  windowOf(id, asked);
  return all(asked, type).filter(({ properties }) => properties.WindowId === id);
}
