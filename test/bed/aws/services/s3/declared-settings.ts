/** A bucket's settings as templates write them, which is older than the API's way. */
import type { Properties } from "../../kernel.ts";

type Declared = Properties | undefined;

/** Only the members that are there. */
function present(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** @param id gives each configuration that has none an id */
export function notification(property: Declared, id: () => string): unknown {
  if (property === undefined) return undefined;
  const kind = (list: string, target: string): readonly object[] | undefined =>
    (property[list] as readonly Properties[] | undefined)?.map((one) =>
      present({
        ...{ Id: id(), [`${target}Arn`]: one[KIND[target] ?? target], Events: [one.Event ?? one.Events].flat() },
        Filter: one.Filter && {
          Key: {
            FilterRules: ((one.Filter.S3Key?.Rules ?? []) as readonly Properties[]).map(({ Name, Value }) => ({
              ...{ Name: `${String(Name).slice(0, 1).toUpperCase()}${String(Name).slice(1)}`, Value },
            })),
          },
        },
      }),
    );
  return present({
    QueueConfigurations: kind("QueueConfigurations", "Queue"),
    TopicConfigurations: kind("TopicConfigurations", "Topic"),
    LambdaFunctionConfigurations: kind("LambdaConfigurations", "LambdaFunction"),
    EventBridgeConfiguration:
      property.EventBridgeConfiguration?.EventBridgeEnabled === false
        ? undefined
        : property.EventBridgeConfiguration && {},
  });
}

const KIND: Readonly<Record<string, string>> = { LambdaFunction: "Function" };

export function cors(property: Declared): unknown {
  if (property === undefined) return undefined;
  const rules = (property.CorsRules ?? []) as readonly Properties[];
  return {
    CORSRules: rules.map((rule) =>
      present({
        ...{ ID: rule.Id, AllowedHeaders: rule.AllowedHeaders, AllowedMethods: rule.AllowedMethods },
        ...{ AllowedOrigins: rule.AllowedOrigins, ExposeHeaders: rule.ExposedHeaders },
        MaxAgeSeconds: rule.MaxAge === undefined ? undefined : Number(rule.MaxAge),
      }),
    ),
  };
}

export function website(property: Declared): unknown {
  if (property === undefined) return undefined;
  const { IndexDocument, ErrorDocument, RedirectAllRequestsTo, RoutingRules } = property;
  return present({
    IndexDocument: IndexDocument && { Suffix: IndexDocument },
    ErrorDocument: ErrorDocument && { Key: ErrorDocument },
    RedirectAllRequestsTo,
    RoutingRules: (RoutingRules as readonly Properties[] | undefined)?.map((rule) =>
      present({ Condition: rule.RoutingRuleCondition, Redirect: rule.RedirectRule }),
    ),
  });
}

export function objectLock({ ObjectLockEnabled, ObjectLockConfiguration: given }: Properties): unknown {
  if (ObjectLockEnabled !== true && given === undefined) return undefined;
  const retention = given?.Rule?.DefaultRetention as Properties | undefined;
  const period = (name: string): object => (retention?.[name] === undefined ? {} : { [name]: Number(retention[name]) });
  return {
    ObjectLockEnabled: "Enabled",
    ...(retention !== undefined && {
      Rule: { DefaultRetention: { Mode: retention.Mode, ...period("Days"), ...period("Years") } },
    }),
  };
}

export function accelerate(property: Declared): unknown {
  return property && { Status: property.AccelerationStatus };
}
