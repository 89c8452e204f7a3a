import { AwsError } from "../../kernel.ts";
import { type Blueprint, drawBlueprint } from "../blueprint.ts";
import { type GivenParameter, resolveParameters } from "../parameters.ts";
import { factsOf } from "../resources/facts.ts";
import type { Pseudo } from "../scope.ts";
import type { DeploymentConfig, Stack, StackOptions, Tag } from "../stack/state.ts";
import { checkTemplate } from "../template/check.ts";
import { checkInlineLength, readTemplate, refuse, type TemplateText } from "../template/read.ts";
import { transformsOf } from "../template/transforms.ts";
import { type Section, section } from "../template/value.ts";
import { requiredCapabilities } from "./capabilities.ts";
import type { Where } from "./find.ts";
import { fetchText } from "./s3-object.ts";

/** What CreateStack, UpdateStack and CreateChangeSet have in common. */
export interface DeploymentInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: readonly GivenParameter[];
  readonly Capabilities?: readonly string[];
  readonly ResourceTypes?: readonly string[];
  readonly RoleARN?: string;
  readonly RollbackConfiguration?: {
    readonly RollbackTriggers?: readonly { readonly Arn: string; readonly Type: string }[];
  };
  readonly NotificationARNs?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly DeploymentConfig?: DeploymentConfig;
}

/** Reads a template given inline or as an object in S3. */
export async function templateOf(input: DeploymentInput, where: Where, previous?: TemplateText): Promise<TemplateText> {
  checkOneTemplate(input);
  if (input.TemplateBody !== undefined) {
    checkInlineLength(input.TemplateBody);
    return readTemplate(input.TemplateBody);
  }
  if (input.TemplateURL !== undefined) return readTemplate(await fetchText(input.TemplateURL, where));
  if (input.UsePreviousTemplate === true && previous !== undefined) return previous;
  return refuse("Either Template URL or Template Body must be specified.");
}

/**
 * Refuses a template given twice, in words that people have from AWS (github.com/hashicorp/terraform issue 4534,
 * github.com/boto/boto pull request 2843).
 *
 * @throws AwsError ValidationError
 */
function checkOneTemplate({ TemplateBody, TemplateURL, UsePreviousTemplate }: DeploymentInput): void {
  if (UsePreviousTemplate === true && (TemplateBody ?? TemplateURL) !== undefined)
    refuse("You cannot specify both usePreviousTemplate and Template Body/Template URL");
  if (TemplateBody !== undefined && TemplateURL !== undefined)
    refuse("You cannot specify both Template URL and Template Body.");
}

export interface DeploymentTarget {
  readonly pseudo: Pick<Pseudo, "stackId" | "stackName">;
  /** The stack as it is, for UsePreviousTemplate, UsePreviousValue and what is kept if not given. */
  readonly stack: Stack | undefined;
  /** CreateStack and UpdateStack want CAPABILITY_AUTO_EXPAND for transforms, CreateChangeSet does not. */
  readonly expands: boolean;
}

export interface Deployment {
  readonly blueprint: Blueprint;
  readonly options: StackOptions;
}

/**
 * Everything AWS checks before it answers such a call.
 *
 * @throws AwsError ValidationError or InsufficientCapabilitiesException
 */
export async function deploymentOf(
  input: DeploymentInput,
  target: DeploymentTarget,
  where: Where,
): Promise<Deployment> {
  const { call } = where;
  checkRollbackTriggers(input);
  const text = await templateOf(input, where, target.stack?.blueprint?.text);
  checkTemplate(text.document);
  const capabilities = input.Capabilities ?? [];
  if (target.expands && transformsOf(text.document).length > 0 && !capabilities.includes("CAPABILITY_AUTO_EXPAND"))
    throw new AwsError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_AUTO_EXPAND]");
  const previous = target.stack?.blueprint?.parameters ?? new Map();
  const parameters = await resolveParameters(text.document, { given: input.Parameters ?? [], previous, ...where });
  const kept = target.stack?.options;
  const notificationArns = input.NotificationARNs ?? kept?.notificationArns ?? [];
  const { account, region } = call.caller;
  const pseudo = { ...target.pseudo, accountId: account, region, notificationArns };
  const blueprint = drawBlueprint({ text, parameters, pseudo });
  checkTypes(blueprint, input.ResourceTypes);
  const lacking = requiredCapabilities(blueprint).filter((needed) => !needed.some((one) => capabilities.includes(one)));
  const [first] = lacking;
  if (first !== undefined)
    throw new AwsError("InsufficientCapabilitiesException", `Requires capabilities : [${first[0]}]`);
  await checkRole(input.RoleARN, where);
  const options: StackOptions = {
    // An update keeps what was acknowledged before; a change set shows what was sent with it.
    capabilities: input.Capabilities ?? (target.expands ? kept?.capabilities : undefined) ?? [],
    notificationArns,
    rollbackConfiguration: input.RollbackConfiguration ?? kept?.rollbackConfiguration ?? {},
    roleArn: input.RoleARN ?? kept?.roleArn,
    tags: checkedTags(input.Tags) ?? kept?.tags ?? [],
  };
  return { blueprint, options };
}

function checkTypes({ resources }: Blueprint, allowed: readonly string[] | undefined): void {
  const types = [...new Set([...resources.values()].map(({ type }) => type))];
  refuseUnknown(types.filter((type) => factsOf(type) === undefined));
  if (allowed === undefined || allowed.length === 0) return;
  const fits = (type: string): boolean =>
    allowed.some((one) => one === type || (one.endsWith("*") && type.startsWith(one.slice(0, -1))));
  const other = types.find((type) => !fits(type));
  if (other !== undefined)
    refuse(`Resource type ${other} is not allowed by parameter ResourceTypes [${allowed.join(", ")}]`);
}

/**
 * Refuses types that AWS does not have either. Custom resources are no types of the bed's, but their templates are valid.
 *
 * @throws AwsError ValidationError
 */
export function checkTypesOf(document: Section): void {
  // What a transform will make of its types is not known.
  if (transformsOf(document).length > 0) return;
  const types = Object.values(section(document, "Resources")).map((resource) => String((resource as Section).Type));
  refuseUnknown([...new Set(types)].filter((type) => factsOf(type) === undefined && !CUSTOM.test(type)));
}

const CUSTOM = /^(Custom::|AWS::CloudFormation::(CustomResource|Macro)$)/;

function refuseUnknown(types: readonly string[]): void {
  if (types.length > 0) refuse(`Template format error: Unrecognized resource types: [${types.join(", ")}]`);
}

function checkRollbackTriggers({ RollbackConfiguration }: DeploymentInput): void {
  for (const { Arn, Type } of RollbackConfiguration?.RollbackTriggers ?? []) {
    if (Type !== "AWS::CloudWatch::Alarm" && Type !== "AWS::CloudWatch::CompositeAlarm")
      refuse("Rollback Trigger Type not supported");
    if (!/^arn:[^:]*:cloudwatch:[^:]*:\d{12}:alarm:.+/.test(Arn))
      refuse("RelativeId of a Rollback Trigger's ARN is incorrect");
  }
}

async function checkRole(arn: string | undefined, { world, call }: Where): Promise<void> {
  if (arn === undefined || !world.services.has("iam")) return;
  try {
    await world.invoke("iam", "GetRole", { RoleName: arn.split("/").at(-1) ?? "" }, call);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new AwsError("ValidationError", "Role ARN is invalid or cannot be assumed");
  }
}

function checkedTags(tags: readonly Tag[] | undefined): readonly Tag[] | undefined {
  if (tags === undefined) return undefined;
  if (tags.length > 50) refuse("Number of tags exceeds the limit of 50");
  const keys = tags.map(({ Key }) => Key);
  // As people quote AWS (github.com/cilium/cilium issue 44695, github.com/elastic/cloud-on-k8s issue 9232).
  if (new Set(keys).size < keys.length) refuse("Tags contain duplicate keys; tag keys must be unique");
  // github.com/aws-quickstart/quickstart-amazon-eks issue 42
  if (keys.some((key) => key.startsWith("aws:")))
    refuse("aws: prefixed tag key names are not allowed for external use.");
  return tags.map(({ Key, Value }) => ({ Key, Value }));
}
