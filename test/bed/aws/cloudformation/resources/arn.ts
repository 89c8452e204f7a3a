// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of AWS's own ARN formats
import { isSection } from "../template/value.ts";
import type { About, Identity } from "./identity.ts";

/** ARNs that AWS does not publish a form of, or publishes one that lacks a part. */
const FORM: Readonly<Record<string, string>> = {
  "AWS::AutoScaling::AutoScalingGroup":
    "arn:${Partition}:autoscaling:${Region}:${Account}:autoScalingGroup:*:autoScalingGroupName/${AutoScalingGroupName}",
  "AWS::Kinesis::StreamConsumer": "${StreamARN}/consumer/${ConsumerName}:${Now}",
  "AWS::Lambda::Version": "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:1",
  "AWS::Scheduler::Schedule": "arn:${Partition}:scheduler:${Region}:${Account}:schedule/${GroupName}/${Name}",
  "AWS::WAFv2::WebACL": "arn:${Partition}:wafv2:${Region}:${Account}:${Where}/webacl/${Name}/${Id}",
};

/** The ARN of a resource; its id where that is one. */
export function arnOf(identity: Identity, { type, properties, facts, context }: About): string {
  if (identity.physicalId.startsWith("arn:")) return identity.physicalId;
  const { region, account } = context.call.caller;
  const service = (type.split("::")[1] ?? "").toLowerCase();
  // A name that may change cannot be part of it.
  const last = facts.properties.Name?.replaces === "yes" ? "Name" : "Id";
  const form = FORM[type] ?? facts.arn ?? `arn:\${Partition}:${service}:\${Region}:\${Account}:\${${last}}`;
  const fixed: Readonly<Record<string, string>> = {
    Partition: "aws",
    Region: region,
    Account: account,
    Now: String(Math.floor(context.world.clock.now() / 1000)),
    Where: properties.Scope === "CLOUDFRONT" ? "global" : "regional",
    ...(type === "AWS::Scheduler::Schedule" && { GroupName: String(properties.GroupName ?? "default") }),
  };
  return form.replaceAll(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.endsWith("WithPath")) return `${String(properties.Path ?? "/").slice(1)}${identity.physicalId}`;
    const own = identity.known[name] ?? properties[name];
    const given = own !== undefined && !isSection(own) ? String(own) : undefined;
    return given ?? fixed[name] ?? identity.physicalId.replaceAll("|", "/");
  });
}
