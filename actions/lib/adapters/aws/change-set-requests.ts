import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetInput,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
} from "@aws-sdk/client-cloudformation";
import { canonicalJson } from "../../domain/fingerprint.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import type { ChangeSet, StackDesire } from "../../domain/stack.ts";
import type { Stacks } from "../../ports/stacks.ts";
import { describeCompletely } from "./change-set-description.ts";
import { changeSetProblems } from "./change-set-problems.ts";
import { hasCode } from "./client.ts";
import { pairs } from "./stack-shape.ts";
import type { TemplateArgument } from "./template-upload.ts";

const notThere = ["ChangeSetNotFoundException", "ChangeSetNotFound"] as const;

/** The change sets of stacks. See cloudFormationStacks for the settings. */
export function changeSetRequests(
  client: CloudFormationClient,
  settings: { readonly executionRole: string; readonly upload: (template: string) => Promise<TemplateArgument> },
): Pick<
  Stacks,
  | "findChangeSet"
  | "createChangeSet"
  | "createImport"
  | "describeChangeSet"
  | "changeSetProblems"
  | "isMadeOf"
  | "deleteChangeSet"
  | "discardChangeSet"
  | "sweepChangeSets"
  | "executeChangeSet"
> {
  const look = async (stack: string, name: string): Promise<DescribeChangeSetOutput | undefined> => {
    try {
      return await client.send(new DescribeChangeSetCommand({ StackName: stack, ChangeSetName: name }));
    } catch (error) {
      // By name, this call answers ValidationError only when there is no such stack.
      if (hasCode(error, ...notThere, "ValidationError")) return undefined;
      throw error;
    }
  };
  const describeChangeSet = async (id: string): Promise<ChangeSet | undefined> => {
    try {
      return await describeCompletely(client, id);
    } catch (error) {
      if (hasCode(error, ...notThere)) return undefined;
      throw error;
    }
  };
  const deleteChangeSet = async (id: string): Promise<void> => {
    try {
      await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
    } catch (error) {
      if (!hasCode(error, ...notThere)) throw error;
    }
  };
  const create = async (
    desire: StackDesire,
    ChangeSetName: string,
    more: Pick<CreateChangeSetInput, "ChangeSetType" | "ClientToken"> & Partial<CreateChangeSetInput>,
  ): Promise<string> => {
    const template = await settings.upload(desire.template);
    try {
      const { Id } = await client.send(
        new CreateChangeSetCommand({
          StackName: desire.name,
          ChangeSetName,
          ...template,
          Parameters: Object.entries(desire.parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
          Tags: Object.entries(desire.tags).map(([Key, Value]) => ({ Key, Value })),
          Capabilities: ["CAPABILITY_IAM"],
          RoleARN: settings.executionRole,
          ...more,
        }),
      );
      if (Id === undefined) throw new Error("CreateChangeSet answered without an id");
      return Id;
    } catch (error) {
      // The template or a parameter: CloudFormation looks at both before it begins.
      if (!hasCode(error, "ValidationError")) throw error;
      const message = `CloudFormation refuses ${desire.name}: ${(error as Error).message}`;
      throw new OperatorError("template-refused", message, { cause: error });
    }
  };
  return {
    findChangeSet: async (stack, name) => {
      // From here on by ARN: by name, an obsolete change set is described without its content.
      const id = (await look(stack, name))?.ChangeSetId;
      return id === undefined ? undefined : await describeChangeSet(id);
    },

    createChangeSet: async ({ desire, name, kind, token, takesOver = false, revertsDrift = false }) => {
      try {
        const id = await create(desire, name, {
          ChangeSetType: kind === "create" ? "CREATE" : "UPDATE",
          ClientToken: token,
          // A drift-aware change set looks at the resources of this stack; tenants' stacks have none inside.
          ...(revertsDrift ? { DeploymentMode: "REVERT_DRIFT" as const } : { IncludeNestedStacks: true }),
          // What is kept has names that functions make, which only an import by identifier takes over: to CloudFormation it is in
          // the way, and its validation would fail a change set that is only looked at.
          ...(takesOver && { ImportExistingResources: true, DisableValidation: true }),
        });
        return { id, made: true };
      } catch (error) {
        if (!hasCode(error, "AlreadyExistsException")) throw error;
        // One that was just made cannot always be found; its name finds it later.
        return { id: (await look(desire.name, name))?.ChangeSetId ?? name, made: false };
      }
    },

    createImport: ({ desire, name, imports, token }) =>
      create(desire, name, {
        ChangeSetType: "IMPORT",
        ClientToken: token,
        ResourcesToImport: imports.map(({ logicalId, type, identifier }) => ({
          LogicalResourceId: logicalId,
          ResourceType: type,
          ResourceIdentifier: { ...identifier },
        })),
      }),

    describeChangeSet,

    changeSetProblems: (id) => changeSetProblems(client, id),

    isMadeOf: async (id, desire) => {
      const [{ TemplateBody }, description] = await Promise.all([
        client.send(new GetTemplateCommand({ StackName: desire.name, ChangeSetName: id, TemplateStage: "Original" })),
        client.send(new DescribeChangeSetCommand({ ChangeSetName: id })),
      ]);
      const made = {
        template: TemplateBody,
        parameters: pairs(description.Parameters ?? [], "ParameterKey", "ParameterValue"),
        tags: pairs(description.Tags ?? [], "Key", "Value"),
      };
      const { template, parameters, tags } = desire;
      return canonicalJson(made) === canonicalJson({ template, parameters, tags }) && isPlain(description);
    },

    deleteChangeSet,

    discardChangeSet: async (stack, name) => {
      const found = await look(stack, name);
      const executed = found?.ExecutionStatus?.startsWith("EXECUTE_") ?? false;
      if (found?.ChangeSetId !== undefined && !executed) await deleteChangeSet(found.ChangeSetId);
    },

    sweepChangeSets: async (stack, before) => {
      const dead: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListChangeSetsCommand({ StackName: stack, ...(token !== undefined && { NextToken: token }) }),
        );
        for (const { ChangeSetId, ChangeSetName, Status, ExecutionStatus, CreationTime } of page.Summaries ?? []) {
          const ours = ChangeSetName?.startsWith("plan-") === true && ChangeSetId !== undefined;
          const old = CreationTime !== undefined && CreationTime < before;
          if (ours && (Status === "FAILED" || ExecutionStatus === "OBSOLETE" || old)) dead.push(ChangeSetId);
        }
        token = page.NextToken;
      } while (token !== undefined);
      await Promise.all(dead.map(deleteChangeSet));
      return dead.length;
    },

    executeChangeSet: async (id, token) => {
      try {
        await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: token }));
        return "started";
      } catch (error) {
        if (hasCode(error, ...notThere, "InvalidChangeSetStatusException", "InvalidChangeSetStatus")) {
          return "not-executable";
        }
        throw error;
      }
    },
  };
}

/**
 * Whether a change set asks for nothing that those of plans never ask for: to delete on failure, to import, to overwrite what was
 * changed by hand, to tell or obey somebody else.
 */
function isPlain(description: DescribeChangeSetOutput): boolean {
  const { Capabilities = [], OnStackFailure, NotificationARNs = [], RollbackConfiguration } = description;
  return (
    Capabilities.join() === "CAPABILITY_IAM" &&
    (OnStackFailure === undefined || OnStackFailure === "ROLLBACK") &&
    NotificationARNs.length === 0 &&
    (RollbackConfiguration?.RollbackTriggers ?? []).length === 0 &&
    description.ImportExistingResources !== true &&
    description.DeploymentMode === undefined
  );
}
