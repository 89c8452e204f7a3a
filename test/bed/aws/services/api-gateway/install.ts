/** API Gateway: REST APIs, their stages and plans as templates make them. Nothing is served. */
import { type Declared, stableHex } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Properties, type World } from "../../kernel.ts";
import { type Asked, all, installShowing, lowered, named, present } from "../declared-service.ts";
import { domainOperations } from "./domains.ts";
import { apiOf, ofApi, restApiOperations, tagMap } from "./rest-apis.ts";

const STAGE = "AWS::ApiGateway::Stage";
const DEPLOYMENT = "AWS::ApiGateway::Deployment";
const PLAN = "AWS::ApiGateway::UsagePlan";
const KEY = "AWS::ApiGateway::ApiKey";

export function installApiGateway(world: World): void {
  const plan = (id: string, asked: Asked): Declared =>
    named(asked, { type: PLAN, name: id }, ["NotFoundException", "Invalid Usage Plan ID specified", 404]);
  installShowing(world, "api-gateway", {
    ...restApiOperations,
    ...domainOperations,
    GetStages: ({ restApiId }, asked) => ({ item: stagesOf(restApiId, asked) }),
    GetStage: ({ restApiId, stageName }, asked) => {
      const found = stagesOf(restApiId, asked).find((stage) => stage.stageName === stageName);
      if (found === undefined) throw new AwsError("NotFoundException", "Invalid stage identifier specified", 404);
      return found;
    },
    GetDeployments: ({ restApiId }, asked) => ({
      items: ofApi(restApiId, DEPLOYMENT, asked).map(deploymentShown),
    }),
    GetDeployment: ({ restApiId, deploymentId }, asked) => {
      const found = ofApi(restApiId, DEPLOYMENT, asked).find(({ made }) => idOf(made.physicalId) === deploymentId);
      if (found === undefined) throw new AwsError("NotFoundException", "Invalid Deployment identifier specified", 404);
      return deploymentShown(found);
    },
    GetUsagePlan: ({ usagePlanId }, asked) => planShown(plan(usagePlanId, asked)),
    GetUsagePlans: (_input, asked) => ({ items: all(asked, PLAN).map(planShown) }),
    GetUsagePlanKeys: ({ usagePlanId }, asked) => ({ items: planKeys(usagePlanId, asked) }),
    GetUsagePlanKey: ({ usagePlanId, keyId }, asked) => {
      const found = planKeys(usagePlanId, asked).find(({ id }) => id === keyId);
      if (found === undefined) throw new AwsError("NotFoundException", "Invalid API Key identifier specified", 404);
      return found;
    },
    GetApiKey: ({ apiKey, includeValue }, asked) => {
      const missing = ["NotFoundException", "Invalid API Key identifier specified", 404] as const;
      return keyShown(named(asked, { type: KEY, name: apiKey }, missing), includeValue === true);
    },
    GetApiKeys: ({ includeValues }, asked) => ({
      items: all(asked, KEY).map((key) => keyShown(key, includeValues === true)),
    }),
    GetAccount: (_input, asked) => {
      const account = all(asked, "AWS::ApiGateway::Account").at(-1);
      return present({
        cloudwatchRoleArn: account?.properties.CloudWatchRoleArn,
        throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
        ...{ features: ["UsagePlans"], apiKeyVersion: "4" },
      });
    },
    GetGatewayResponses: ({ restApiId }, asked) => ({ items: gatewayResponses(restApiId, asked) }),
    GetGatewayResponse: ({ restApiId, responseType }, asked) => {
      const found = gatewayResponses(restApiId, asked).find((one) => one.responseType === responseType);
      if (found === undefined)
        throw new AwsError("NotFoundException", "Invalid gateway response identifier specified", 404);
      return found;
    },
  });
}

function planKeys(usagePlanId: string, asked: Asked) {
  return all(asked, "AWS::ApiGateway::UsagePlanKey")
    .filter(({ properties }) => properties.UsagePlanId === usagePlanId)
    .map(({ properties }) => {
      const key = all(asked, KEY).find(({ made }) => made.physicalId === properties.KeyId);
      const about = key && { value: keyValue(key), name: key.properties.Name ?? generated(key) };
      return { id: properties.KeyId, ...present({ type: properties.KeyType, ...about }) };
    });
}

/** The value of a key, which the service makes up where the template gives none. */
function keyValue(key: Declared): string {
  return String(key.properties.Value ?? stableHex(key, "value", 40));
}

function gatewayResponses(restApiId: string, asked: Asked) {
  return ofApi(restApiId, "AWS::ApiGateway::GatewayResponse", asked).map(({ properties }) => ({
    ...{ responseType: String(properties.ResponseType), defaultResponse: false },
    ...present({ statusCode: properties.StatusCode }),
    responseParameters: properties.ResponseParameters ?? {},
    responseTemplates: properties.ResponseTemplates ?? {},
  }));
}

function idOf(physicalId: string): string {
  return physicalId.split("|").at(-1) ?? physicalId;
}

/** Stages of their own, and those that a deployment makes along the way. */
function stagesOf(restApiId: string, asked: Asked): readonly Readonly<Record<string, unknown>>[] {
  apiOf(restApiId, asked);
  const own = ofApi(restApiId, STAGE, asked).map((stage) => stageShown(stage, stage.properties));
  const alongside = ofApi(restApiId, DEPLOYMENT, asked).flatMap((deployment) => {
    const { StageName, StageDescription } = deployment.properties;
    if (StageName === undefined) return [];
    const about = { ...StageDescription, StageName, DeploymentId: idOf(deployment.made.physicalId) };
    return [stageShown(deployment, about)];
  });
  return [...own, ...alongside];
}

function stageShown(stage: Declared, properties: Properties): Readonly<Record<string, unknown>> {
  const settings = Object.fromEntries(
    ((properties.MethodSettings ?? []) as readonly Properties[]).map((setting) => [
      `${String(setting.ResourcePath ?? "/*")
        .replace(/^\//, "")
        .replaceAll("/", "~1")}/${setting.HttpMethod ?? "*"}`,
      methodSetting(setting),
    ]),
  );
  return present({
    ...{ deploymentId: properties.DeploymentId, stageName: properties.StageName ?? idOf(stage.made.physicalId) },
    ...{ description: properties.Description, cacheClusterEnabled: properties.CacheClusterEnabled === true },
    ...{ cacheClusterStatus: "NOT_AVAILABLE", methodSettings: settings, variables: properties.Variables },
    ...{ tracingEnabled: properties.TracingEnabled === true, tags: tagMap(stage) },
    accessLogSettings: properties.AccessLogSetting && lowered(properties.AccessLogSetting),
    canarySettings: properties.CanarySetting && {
      useStageCache: false,
      ...(lowered(properties.CanarySetting) as object),
    },
    ...{ createdDate: stage.madeAt, lastUpdatedDate: stage.changedAt },
  }) as Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html */
function methodSetting(setting: Properties): object {
  return {
    ...{ metricsEnabled: setting.MetricsEnabled === true, dataTraceEnabled: setting.DataTraceEnabled === true },
    ...(setting.LoggingLevel !== undefined && { loggingLevel: setting.LoggingLevel }),
    throttlingBurstLimit: Number(setting.ThrottlingBurstLimit ?? 5_000),
    throttlingRateLimit: Number(setting.ThrottlingRateLimit ?? 10_000),
    ...{ cachingEnabled: setting.CachingEnabled === true, cacheTtlInSeconds: Number(setting.CacheTtlInSeconds ?? 300) },
    cacheDataEncrypted: setting.CacheDataEncrypted === true,
    requireAuthorizationForCacheControl: true,
    unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
  };
}

function deploymentShown({ made, properties, madeAt }: Declared): object {
  return present({ id: idOf(made.physicalId), description: properties.Description, createdDate: madeAt });
}

function planShown(plan: Declared): object {
  const { made, properties } = plan;
  const throttle = properties.Throttle;
  const quota = properties.Quota;
  return present({
    ...{ id: made.physicalId, name: properties.UsagePlanName ?? generated(plan), description: properties.Description },
    apiStages: ((properties.ApiStages ?? []) as readonly Properties[]).map(({ ApiId, Stage, Throttle }) =>
      present({ apiId: ApiId, stage: Stage, throttle: Throttle && lowered(Throttle) }),
    ),
    throttle: throttle && { burstLimit: Number(throttle.BurstLimit ?? 0), rateLimit: Number(throttle.RateLimit ?? 0) },
    quota: quota && { limit: Number(quota.Limit), offset: Number(quota.Offset ?? 0), period: quota.Period },
    tags: tagMap(plan),
  });
}

/** CloudFormation names plans that have no name after stack and resource. */
function generated(plan: Declared): string {
  const tag = (key: string): string => plan.tags.find(({ Key }) => Key === `aws:cloudformation:${key}`)?.Value ?? "";
  return `${tag("stack-name")}-${tag("logical-id")}-${stableHex(plan, "name", 12)}`;
}

function keyShown(key: Declared, withValue: boolean): object {
  const { made, properties, madeAt, changedAt } = key;
  return present({
    ...{ id: made.physicalId, name: properties.Name ?? generated(key), description: properties.Description },
    ...{ enabled: properties.Enabled === true, createdDate: madeAt, lastUpdatedDate: changedAt },
    ...{
      stageKeys: ((properties.StageKeys ?? []) as readonly Properties[]).map(
        ({ RestApiId, StageName }) => `${RestApiId}/${StageName}`,
      ),
      tags: tagMap(key),
      value: withValue ? keyValue(key) : undefined,
    },
  });
}
