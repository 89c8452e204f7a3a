/** The policies of roles in a specialised template, with references to resources put in as the ARNs they will have. */
import { isList, isSection, type Section, section, type Value } from "../bed/aws/cloudformation/template/value.ts";
import { statementsOf } from "./iam-evaluator.ts";
import { account, region } from "./templates.ts";

/** What references become once the stack exists, for the resources that policies name. */
function physical(document: Section, id: string, attribute: string | undefined): string {
  const { Type, Properties } = section(document, "Resources")[id] as Section & { readonly Properties: Section };
  const name = (property: string): string => String(Properties[property]);
  switch (`${Type}${attribute === undefined ? "" : `.${attribute}`}`) {
    case "AWS::S3::Bucket.Arn":
      return `arn:aws:s3:::${name("BucketName")}`;
    case "AWS::KMS::Key.Arn":
      return `arn:aws:kms:${region}:${account}:key/${id.toLowerCase()}`;
    case "AWS::SecretsManager::Secret":
      return `arn:aws:secretsmanager:${region}:${account}:secret:${name("Name")}-AbCdEf`;
    case "AWS::RDS::DBInstance.DBInstanceArn":
      return `arn:aws:rds:${region}:${account}:db:${name("DBInstanceIdentifier")}`;
    case "AWS::RDS::DBInstance.MasterUserSecret.SecretArn":
      return `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-${id.toLowerCase()}-AbCdEf`;
    case "AWS::EFS::FileSystem":
      return "fs-0a1b2c3d4e5f60719";
    case "AWS::EFS::AccessPoint.Arn":
      return `arn:aws:elasticfilesystem:${region}:${account}:access-point/fsap-0a1b2c3d4e5f60719`;
    case "AWS::IAM::Role":
      return `role-of-${id}`;
    case "AWS::IAM::Role.Arn":
      return `arn:aws:iam::${account}:role/${Properties.RoleName === undefined ? `generated/${id}` : name("RoleName")}`;
    case "AWS::IAM::ManagedPolicy":
      return `arn:aws:iam::${account}:policy/${Properties.ManagedPolicyName === undefined ? id : name("ManagedPolicyName")}`;
    case "AWS::Logs::LogGroup.Arn":
      return `arn:aws:logs:${region}:${account}:log-group:${name("LogGroupName")}:*`;
    case "AWS::RDS::DBInstance":
      return name("DBInstanceIdentifier");
    case "AWS::ElastiCache::ReplicationGroup":
      return name("ReplicationGroupId");
    case "AWS::ElasticLoadBalancingV2::LoadBalancer.LoadBalancerFullName":
      return "app/mate-LoadB-1A2B3C/0123456789abcdef";
    case "AWS::ElasticLoadBalancingV2::TargetGroup.TargetGroupFullName":
      return "targetgroup/mate-Targe-4D5E6F/fedcba9876543210";
    case "AWS::SQS::Queue.Arn":
      return `arn:aws:sqs:${region}:${account}:${name("QueueName")}`;
    case "AWS::StepFunctions::StateMachine":
      return `arn:aws:states:${region}:${account}:stateMachine:${name("StateMachineName")}`;
    default:
      throw new Error(`no physical form is known for ${id} (${Type}) ${attribute ?? ""}`);
  }
}

/** A value with every reference to a resource of the template put in. */
export function resolved(value: Value, document: Section): Value {
  if (isList(value)) return value.map((item) => resolved(item, document));
  if (!isSection(value)) return value;
  const { Ref: ref, "Fn::GetAtt": attribute, "Fn::Sub": substitution } = value;
  if (ref !== undefined) return physical(document, String(ref), undefined);
  if (attribute !== undefined) {
    const [id = "", ...path] = isList(attribute) ? attribute.map(String) : String(attribute).split(".");
    return physical(document, id, path.join("."));
  }
  if (substitution !== undefined) {
    const [text, own] = isList(substitution) ? substitution : [substitution, {}];
    return String(text)
      .replace(/\$\{([^!}][^}]*)\}/g, (_whole, key: string) => {
        const variable = (own as Section)[key];
        if (variable !== undefined) return String(resolved(variable, document));
        const [id = "", ...path] = key.split(".");
        return physical(document, id, path.length === 0 ? undefined : path.join("."));
      })
      .replaceAll("${!", "${");
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, document)]));
}

/** Statements of all managed policies that a template gives to a role. */
export function roleStatements(document: Section, role: string): readonly Section[] {
  return Object.values(section(document, "Resources")).flatMap((resource) => {
    const { Type, Properties } = resource as Section & { readonly Properties: Section };
    if (Type !== "AWS::IAM::ManagedPolicy" || !isList(Properties.Roles)) return [];
    if (!Properties.Roles.some((to) => (to as Section).Ref === role)) return [];
    return statementsOf(resolved(Properties.PolicyDocument ?? {}, document));
  });
}

/** Statements of a role's trust policy. */
export function trustStatements(document: Section, role: string): readonly Section[] {
  const { Properties } = section(document, "Resources")[role] as Section & { readonly Properties: Section };
  return statementsOf(resolved(Properties.AssumeRolePolicyDocument ?? {}, document));
}

/** Every statement of every identity policy in a template, with the id of its policy. */
export function identityStatements(
  document: Section,
): readonly { readonly policy: string; readonly statement: Section }[] {
  return Object.entries(section(document, "Resources")).flatMap(([policy, resource]) => {
    const { Type, Properties } = resource as Section & { readonly Properties: Section };
    if (Type !== "AWS::IAM::ManagedPolicy") return [];
    return statementsOf(resolved(Properties.PolicyDocument ?? {}, document)).map((statement) => ({
      policy,
      statement,
    }));
  });
}
