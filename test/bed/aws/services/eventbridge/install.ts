/** EventBridge: buses, rules with their targets, connections, destinations and archives as templates make them. No event is matched. */
import { type Declared, tagsOf } from "../../cloudformation/resources/declared.ts";
import { AwsError, type Properties, type World } from "../../kernel.ts";
import { type Asked, all, installShowing, present } from "../declared-service.ts";

const RULE = "AWS::Events::Rule";
const BUS = "AWS::Events::EventBus";
const BUS_POLICY = "AWS::Events::EventBusPolicy";
const CONNECTION = "AWS::Events::Connection";
const DESTINATION = "AWS::Events::ApiDestination";
const ARCHIVE = "AWS::Events::Archive";

export function installEventBridge(world: World): void {
  installShowing(world, "eventbridge", {
    DescribeRule: ({ Name, EventBusName }, asked) => {
      const rule = ruleOf(Name, EventBusName, asked);
      return { ...ruleShown(rule, asked), CreatedBy: asked.call.caller.account };
    },
    ListRules: ({ NamePrefix = "", EventBusName }, asked) => ({
      Rules: all(asked, RULE)
        .filter((rule) => nameOf(rule).startsWith(NamePrefix) && busOf(rule) === plain(EventBusName))
        .map((rule) => ruleShown(rule, asked)),
    }),
    ListTargetsByRule: ({ Rule, EventBusName }, asked) => ({
      Targets: ruleOf(Rule, EventBusName, asked).properties.Targets ?? [],
    }),
    ListRuleNamesByTarget: ({ TargetArn }, asked) => ({
      RuleNames: all(asked, RULE)
        .filter(({ properties }) =>
          ((properties.Targets ?? []) as readonly Properties[]).some(({ Arn }) => Arn === TargetArn),
        )
        .map(nameOf),
    }),
    DescribeEventBus: ({ Name }, asked) => {
      const name = plain(Name);
      const bus = all(asked, BUS).find(({ made }) => made.physicalId === name);
      if (bus === undefined && name !== "default") throw missing(`Event bus ${name} does not exist.`);
      return busShown(name, bus, asked);
    },
    ListEventBuses: ({ NamePrefix = "" }, asked) => ({
      EventBuses: [
        busShown("default", undefined, asked),
        ...all(asked, BUS).map((bus) => busShown(bus.made.physicalId, bus, asked)),
      ].filter(({ Name }) => Name.startsWith(NamePrefix)),
    }),
    DescribeConnection: ({ Name }, asked) => {
      const { Description, AuthParameters, AuthorizationType, ...shown } = connectionShown(
        find(asked, CONNECTION, Name, `Connection '${Name}' does not exist.`),
      );
      return present({ ...shown, AuthorizationType, Description, AuthParameters: withoutSecrets(AuthParameters) });
    },
    ListConnections: ({ NamePrefix = "" }, asked) => ({
      Connections: all(asked, CONNECTION)
        .filter((one) => nameOf(one).startsWith(NamePrefix))
        .map((one) => {
          const { SecretArn, Description, AuthParameters, ...shown } = connectionShown(one);
          return shown;
        }),
    }),
    DescribeApiDestination: ({ Name }, asked) =>
      destinationShown(find(asked, DESTINATION, Name, `Api destination '${Name}' does not exist.`)),
    ListApiDestinations: ({ NamePrefix = "" }, asked) => ({
      ApiDestinations: all(asked, DESTINATION)
        .filter((one) => nameOf(one).startsWith(NamePrefix))
        .map(destinationShown),
    }),
    DescribeArchive: ({ ArchiveName }, asked) => {
      const archive = find(asked, ARCHIVE, ArchiveName, `Archive ${ArchiveName} does not exist.`);
      const { Description, EventPattern, RetentionDays, SourceArn } = archive.properties;
      return present({
        ...{ ArchiveArn: archive.made.attributes.Arn, ArchiveName, EventSourceArn: SourceArn, Description },
        EventPattern: EventPattern && JSON.stringify(EventPattern),
        ...{ State: "ENABLED", RetentionDays: Number(RetentionDays ?? 0), SizeBytes: 0, EventCount: 0 },
        CreationTime: archive.madeAt,
      });
    },
    ListTagsForResource: ({ ResourceARN }, asked) => {
      const found = [RULE, BUS]
        .flatMap((type) => all(asked, type))
        .find(({ made }) => made.attributes.Arn === ResourceARN);
      if (found === undefined) throw missing(`Rule ${ResourceARN} does not exist on EventBus default.`);
      return { Tags: tagsOf(found) };
    },
  });
}

function missing(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

/** A bus by name or ARN. */
function plain(bus: string | undefined): string {
  return (bus ?? "default").split("/").at(-1) ?? "default";
}

/** What Ref gives of a rule is its bus and its name. */
function nameOf({ made, properties }: Declared): string {
  return String(properties.Name ?? made.physicalId.split("|").at(-1));
}

function busOf({ properties }: Declared): string {
  return plain(properties.EventBusName as string | undefined);
}

function find(asked: Asked, type: string, name: string, message: string): Declared {
  const found = all(asked, type).find((one) => one.made.physicalId === name || nameOf(one) === name);
  if (found === undefined) throw missing(message);
  return found;
}

function ruleOf(name: string, bus: string | undefined, asked: Asked): Declared {
  const bare = name.split(/[|/]/).at(-1);
  const found = all(asked, RULE).find((rule) => nameOf(rule) === bare && busOf(rule) === plain(bus));
  if (found === undefined) throw missing(`Rule ${name} does not exist on EventBus ${plain(bus)}.`);
  return found;
}

function ruleShown(rule: Declared, { call }: Asked): Readonly<Record<string, unknown>> {
  const { properties } = rule;
  const [name, bus] = [nameOf(rule), busOf(rule)];
  const path = bus === "default" ? name : `${bus}/${name}`;
  return present({
    ...{ Name: name, Arn: `arn:aws:events:${call.caller.region}:${call.caller.account}:rule/${path}` },
    EventPattern: properties.EventPattern && JSON.stringify(properties.EventPattern),
    ...{ State: properties.State ?? "ENABLED", Description: properties.Description },
    ...{ ScheduleExpression: properties.ScheduleExpression, RoleArn: properties.RoleArn, EventBusName: bus },
  }) as Readonly<Record<string, unknown>>;
}

function busShown(Name: string, bus: Declared | undefined, asked: Asked) {
  const { region, account } = asked.call.caller;
  const statements = all(asked, BUS_POLICY)
    .filter(({ properties }) => plain(properties.EventBusName as string | undefined) === Name)
    .map(({ properties }) => statementOf(properties, `arn:aws:events:${region}:${account}:event-bus/${Name}`));
  return {
    ...{ Name, Arn: `arn:aws:events:${region}:${account}:event-bus/${Name}` },
    ...(bus !== undefined && {
      ...{ CreationTime: bus.madeAt, LastModifiedTime: bus.changedAt },
      ...present({
        ...{ Description: bus.properties.Description, KmsKeyIdentifier: bus.properties.KmsKeyIdentifier },
        DeadLetterConfig: bus.properties.DeadLetterConfig,
      }),
    }),
    ...(statements.length > 0 && { Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) }),
  };
}

/** A statement given whole, or by an action and who may do it. */
function statementOf(properties: Properties, resource: string): object {
  const { StatementId: Sid, Statement, Action, Principal, Condition } = properties;
  if (Statement !== undefined) return { Sid, ...Statement };
  const who = Principal === "*" ? "*" : { AWS: `arn:aws:iam::${Principal}:root` };
  const only = Condition && { [Condition.Type]: { [Condition.Key]: Condition.Value } };
  return present({ Sid, Effect: "Allow", Principal: who, Action, Resource: resource, Condition: only });
}

function connectionShown(connection: Declared): Readonly<Record<string, unknown>> {
  const { made, properties, madeAt, changedAt } = connection;
  const state = { ConnectionState: "AUTHORIZED", AuthorizationType: properties.AuthorizationType };
  return {
    ...{ ConnectionArn: made.attributes.Arn, Name: nameOf(connection), ...state, CreationTime: madeAt },
    ...{ LastModifiedTime: changedAt, LastAuthorizedTime: changedAt, Description: properties.Description },
    ...{ SecretArn: made.attributes.SecretArn, AuthParameters: properties.AuthParameters },
  };
}

/** Values that a connection keeps in its secret are not shown. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const shown = Object.entries(value).filter(([name]) => !["Password", "ApiKeyValue", "ClientSecret"].includes(name));
  return Object.fromEntries(shown.map(([name, member]) => [name, withoutSecrets(member)]));
}

function destinationShown(destination: Declared): object {
  const { properties, madeAt, changedAt } = destination;
  return present({
    ApiDestinationArn: destination.made.attributes.Arn,
    ...{ Name: nameOf(destination), ApiDestinationState: "ACTIVE", ConnectionArn: properties.ConnectionArn },
    ...{ InvocationEndpoint: properties.InvocationEndpoint, HttpMethod: properties.HttpMethod },
    InvocationRateLimitPerSecond: Number(properties.InvocationRateLimitPerSecond ?? 300),
    ...{ Description: properties.Description, CreationTime: madeAt, LastModifiedTime: changedAt },
  });
}
