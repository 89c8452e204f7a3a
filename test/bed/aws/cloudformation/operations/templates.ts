import { AwsError, type Operation } from "../../kernel.ts";
import type { Blueprint } from "../blueprint.ts";
import { factsOf } from "../resources/facts.ts";
import { checkTemplate } from "../template/check.ts";
import { checkCyclesOf } from "../template/check-cycles.ts";
import { checkFunctions } from "../template/check-functions.ts";
import { refuse } from "../template/read.ts";
import { transformsOf } from "../template/transforms.ts";
import { isList, isSection, type Section, section, type Value } from "../template/value.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { changeSetNotFound, needChangeSet, needStack, type Where } from "./find.ts";
import { checkTypesOf, type DeploymentInput, templateOf } from "./request.ts";

interface TemplateInput extends Pick<DeploymentInput, "TemplateBody" | "TemplateURL"> {
  readonly StackName?: string;
  readonly ChangeSetName?: string;
  readonly TemplateStage?: "Original" | "Processed";
}

/** The operations on templates, in a world. */
export function templateOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    GetTemplate: (input: TemplateInput, call) => getTemplate(input, { world, call }),
    GetTemplateSummary: async (input: TemplateInput, call) => summarize(await documentOf(input, { world, call })),
    ValidateTemplate: async (input: TemplateInput, call) => {
      const { document } = await templateOf(input, { world, call });
      checkTemplate(document);
      checkTypesOf(document);
      checkFunctions(document);
      checkCyclesOf(document);
      const { Parameters, Description, ...capabilities } = summarize(document);
      const parameters = Parameters.map(({ ParameterKey, DefaultValue, NoEcho, Description: said }) => ({
        ParameterKey,
        ...(DefaultValue !== undefined && { DefaultValue }),
        NoEcho,
        ...(said !== undefined && { Description: said }),
      }));
      return {
        Parameters: parameters,
        ...(Description !== undefined && { Description }),
        ...(capabilities.Capabilities !== undefined && {
          Capabilities: capabilities.Capabilities,
          CapabilitiesReason: capabilities.CapabilitiesReason,
        }),
        ...(capabilities.DeclaredTransforms !== undefined && { DeclaredTransforms: capabilities.DeclaredTransforms }),
      };
    },
  };
}

function getTemplate(input: TemplateInput, where: Where): object {
  const { StackName, ChangeSetName } = input;
  if (StackName === undefined && ChangeSetName?.startsWith("arn:")) {
    const { stack, changeSet } = needChangeSet({ ChangeSetName }, where);
    return templateText(input, changeSet.blueprint, stack.name);
  }
  if (StackName === undefined)
    refuse(
      ChangeSetName === undefined
        ? "StackName is required if ChangeSetName is not specified."
        : "StackName is a required parameter.",
    );
  const stack = needStack(StackName, where);
  const changeSet =
    ChangeSetName === undefined
      ? undefined
      : stack.changeSets.findLast(({ id, name }) => id === ChangeSetName || name === ChangeSetName);
  if (ChangeSetName !== undefined && changeSet === undefined) changeSetNotFound(ChangeSetName);
  return templateText(input, changeSet?.blueprint ?? stack.blueprint, StackName);
}

function templateText(input: TemplateInput, blueprint: Blueprint | undefined, stackName: string): object {
  if (blueprint === undefined) throw new AwsError("ValidationError", `Template does not exist for stack ${stackName}`);
  const processed = input.TemplateStage === "Processed" && blueprint.transforms.length > 0;
  return {
    TemplateBody: processed ? JSON.stringify(blueprint.document) : blueprint.text.body,
    StagesAvailable: ["Original", "Processed"],
  };
}

async function documentOf(input: TemplateInput, where: Where): Promise<Section> {
  if (input.StackName === undefined) {
    const { document } = await templateOf(input, where);
    checkTemplate(document);
    checkTypesOf(document);
    return document;
  }
  const stack = needStack(input.StackName, where);
  if (stack.status === "REVIEW_IN_PROGRESS")
    refuse("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.");
  return stack.blueprint?.text.document ?? refuse(`Template does not exist for stack ${input.StackName}`);
}

interface Summary {
  readonly Parameters: readonly ParameterShape[];
  readonly Description?: string;
  readonly Capabilities?: readonly string[];
  readonly CapabilitiesReason?: string;
  readonly DeclaredTransforms?: readonly string[];
}

interface ParameterShape {
  readonly ParameterKey: string;
  readonly DefaultValue?: string;
  readonly ParameterType: string;
  readonly NoEcho: boolean;
  readonly Description?: string;
  readonly ParameterConstraints: object;
}

function summarize(document: Section): Summary {
  const resources = Object.entries(section(document, "Resources"));
  const types = resources.map(([, resource]) => String((resource as Section).Type));
  const { capabilities, reason } = capabilitiesOf(document);
  const transforms = transformsOf(document);
  return {
    Parameters: Object.entries(section(document, "Parameters")).map(([name, parameter]) =>
      parameterShape(name, parameter as Section),
    ),
    ...(document.Description !== undefined && { Description: String(document.Description) }),
    ...(capabilities.length > 0 && { Capabilities: capabilities, CapabilitiesReason: reason }),
    ...{ ResourceTypes: [...new Set(types)] },
    ...(document.AWSTemplateFormatVersion !== undefined && { Version: String(document.AWSTemplateFormatVersion) }),
    ...(document.Metadata !== undefined && { Metadata: JSON.stringify(document.Metadata) }),
    ...(transforms.length > 0 && { DeclaredTransforms: transforms }),
    ...{ ResourceIdentifierSummaries: identifierSummaries(resources) },
  };
}

function identifierSummaries(resources: readonly (readonly [string, Value])[]): readonly object[] {
  const byType = Map.groupBy(resources, ([, resource]) => String((resource as Section).Type));
  return [...byType].flatMap(([type, entries]) => {
    const identifiers = factsOf(type)?.primaryIdentifier ?? [];
    if (identifiers.length === 0) return [];
    return [
      { ResourceType: type, LogicalResourceIds: entries.map(([name]) => name), ResourceIdentifiers: identifiers },
    ];
  });
}

function parameterShape(name: string, parameter: Section): ParameterShape {
  const fallback = parameter.Default;
  return {
    ParameterKey: name,
    ...(fallback !== undefined && {
      DefaultValue: isList(fallback) ? fallback.map(String).join(",") : String(fallback),
    }),
    ParameterType: String(parameter.Type),
    NoEcho: String(parameter.NoEcho ?? "false") === "true",
    ...(parameter.Description !== undefined && { Description: String(parameter.Description) }),
    ParameterConstraints: {
      ...(isList(parameter.AllowedValues) && {
        AllowedValues: parameter.AllowedValues.map((value) =>
          isSection(value) ? JSON.stringify(value) : String(value),
        ),
      }),
    },
  };
}
