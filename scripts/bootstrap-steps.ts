/** What an administrator does to set an environment up, as shell commands in order. */
import type { Environment } from "../actions/lib/domain/environment.ts";
import { recordsBucket } from "../actions/lib/domain/environment-names.ts";

export interface BootstrapRequest {
  readonly environment: Environment;
  /** All that are declared: images go from one registry to another where one takes its releases from another. */
  readonly environments: readonly Environment[];
  readonly github: {
    readonly owner: string;
    readonly repository: string;
    readonly ownerId: string;
    readonly repositoryId: string;
  };
  readonly hostedZoneId: string;
  /** Two availability zones by name. */
  readonly zones: readonly [string, string];
  readonly alertEmail: string;
  readonly userPoolDomain: string;
  readonly billingLimitUsd: string;
  /** Whether this is the account's first environment: an account has one OIDC provider for GitHub and one set of repositories. */
  readonly first: boolean;
}

export interface Step {
  readonly title: string;
  readonly commands: readonly string[];
}

/** The steps, in the order they have to be done; each can be repeated. */
export function bootstrapSteps(request: BootstrapRequest): readonly Step[] {
  const { environment, github, first } = request;
  const { name, account, region } = environment;
  const bootstrap = `mate-bootstrap-${name}`;
  const platform = `mate-platform-${name}`;
  const output = (stack: string, key: string): string =>
    `"$(aws cloudformation describe-stacks --region ${region} --stack-name ${stack} --query "Stacks[0].Outputs[?OutputKey=='${key}'].OutputValue" --output text)"`;
  const deploy = (stack: string, template: string, parameters: Readonly<Record<string, string>>): readonly string[] => [
    `aws cloudformation deploy --region ${region} --stack-name ${stack} --template-file infra/${template} \\`,
    // Templates over 51,200 bytes go through a bucket; the first stack makes it.
    ...(stack === bootstrap ? [] : [`  --s3-bucket ${recordsBucket(environment)} --s3-prefix templates \\`]),
    `  --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset --tags app=mate environment=${name} \\`,
    `  --parameter-overrides ${Object.entries(parameters)
      .map(([key, value]) => `${key}=${value.startsWith('"$(') ? value : quoted(value)}`)
      .join(" \\\n    ")}`,
    `aws cloudformation update-termination-protection --region ${region} --stack-name ${stack} --enable-termination-protection`,
  ];
  return [
    {
      title: `You are an administrator of account ${account}`,
      commands: [`test "$(aws sts get-caller-identity --query Account --output text)" = ${account}`],
    },
    {
      title: "Roles of AWS's own services, which an account that never used them does not have yet",
      commands: serviceRoles.map(
        ([role, service]) =>
          `aws iam get-role --role-name ${role} --query Role.RoleName --output text 2>/dev/null || aws iam create-service-linked-role --aws-service-name ${service}`,
      ),
    },
    {
      title: "Trust in GitHub, the bucket that remembers, CloudFormation's own role",
      commands: deploy(bootstrap, "bootstrap/bootstrap.yml", {
        Environment: name,
        HostedZoneId: request.hostedZoneId,
        OwnsOidcProvider: String(first),
      }),
    },
    {
      title: "One role for each kind of work",
      commands: deploy(`mate-roles-${name}`, "bootstrap/roles.yml", {
        Environment: name,
        GitHubOwner: github.owner,
        GitHubOwnerId: github.ownerId,
        GitHubRepository: github.repository,
        GitHubRepositoryId: github.repositoryId,
        PipelineKeyArn: output(bootstrap, "PipelineKeyArn"),
        CloudFormationRoleArn: output(bootstrap, "CloudFormationRoleArn"),
      }),
    },
    {
      title: `What tenants share (the zone of ${environment.domain} must be delegated, or the certificate waits for ever)`,
      commands: deploy(platform, "platform/platform.yml", {
        Environment: name,
        DomainName: environment.domain,
        HostedZoneId: request.hostedZoneId,
        PermissionsBoundaryArn: output(bootstrap, "PermissionsBoundaryArn"),
        OwnsRepositories: String(first),
        ...promotion(request),
        FirstAvailabilityZone: request.zones[0],
        SecondAvailabilityZone: request.zones[1],
        UserPoolDomainPrefix: request.userPoolDomain,
        AlertEmail: request.alertEmail,
        MonthlyBillingLimitUsd: request.billingLimitUsd,
        ReserveLambdaConcurrency: enoughFunctions(region),
      }),
    },
    {
      title: "Nothing may use the network's default security group",
      commands: emptyDefaultGroup(region, output(platform, "VpcId")),
    },
    {
      title: "Costs per tenant, and the billing alarm (in the payer account; takes a day)",
      commands: [
        "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=mate-tenant,Status=Active TagKey=tier,Status=Active",
        "# Billing console → Billing preferences → Alert preferences → Receive CloudWatch billing alerts",
        `# Confirm the subscription that was mailed to ${request.alertEmail}`,
      ],
    },
    ...githubSteps(request),
  ];
}

/** Which registry copies its images to which: set in both accounts. */
function promotion({ environment, environments }: BootstrapRequest): Readonly<Record<string, string>> {
  const replica = environments.find(({ releasesFrom }) => releasesFrom === environment.name);
  const source = environments.find(({ name }) => name === environment.releasesFrom);
  return {
    ...(replica !== undefined && { ImageReplicaAccount: replica.account, ImageReplicaRegion: replica.region }),
    ...(source !== undefined && { ImageSourceAccount: source.account }),
  };
}

/**
 * A service that makes its role with its first resource uses it before IAM has spread it, and the first cluster of an account fails
 * (cloudformation-coverage-roadmap issue 818). Made here they are known everywhere by the time the platform is.
 */
const serviceRoles = [
  ["AWSServiceRoleForECS", "ecs.amazonaws.com"],
  ["AWSServiceRoleForApplicationAutoScaling_ECSService", "ecs.application-autoscaling.amazonaws.com"],
  ["AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com"],
  ["AWSServiceRoleForRDS", "rds.amazonaws.com"],
  ["AWSServiceRoleForElastiCache", "elasticache.amazonaws.com"],
  ["AWSServiceRoleForAmazonElasticFileSystem", "elasticfilesystem.amazonaws.com"],
] as const;

/** Whether five of the functions that may run at a time can be kept for rotations: Lambda leaves no fewer than ten to all others. */
function enoughFunctions(region: string): string {
  const most = `aws lambda get-account-settings --region ${region} --query AccountLimit.ConcurrentExecutions --output text`;
  return `"$(test "$(${most})" -ge 15 && echo true || echo false)"`;
}

function emptyDefaultGroup(region: string, vpc: string): readonly string[] {
  const group = `aws ec2 describe-security-groups --region ${region} --filters Name=group-name,Values=default Name=vpc-id,Values=${vpc}`;
  const revoke = (direction: "ingress" | "egress", isEgress: boolean): readonly string[] => [
    `rules="$(aws ec2 describe-security-group-rules --region ${region} --filters Name=group-id,Values="$group" --query "SecurityGroupRules[?IsEgress==\\\`${isEgress}\\\`].SecurityGroupRuleId" --output text)"`,
    `[ -z "$rules" ] || aws ec2 revoke-security-group-${direction} --region ${region} --group-id "$group" --security-group-rule-ids $rules`,
  ];
  return [
    `group="$(${group} --query "SecurityGroups[0].GroupId" --output text)"`,
    ...revoke("ingress", false),
    ...revoke("egress", true),
  ];
}

/** Number of the App that reports the checks of workflows, on GitHub.com. */
const gitHubActions = 15_368;

/** One GitHub environment per kind of work, so that who approves a deployment is not asked for every command. */
function githubSteps({ environment: { name }, github }: BootstrapRequest): readonly Step[] {
  const repository = `repos/${github.owner}/${github.repository}`;
  const protectedOnly = `'{"deployment_branch_policy":{"protected_branches":true,"custom_branch_policies":false}}'`;
  return [
    {
      title: "GitHub environments: jobs of protected branches only; add reviewers where people have to approve",
      commands: [name, `${name}-ops`, `${name}-restore`, `${name}-drill`].map(
        (one) => `gh api --method PUT ${repository}/environments/${one} --input - <<<${protectedOnly}`,
      ),
    },
    {
      title: "The default branch: reviewed, with a plan, and commands may record what they did",
      commands: [
        `gh api --method PUT ${repository}/branches/main/protection --input - <<<'${JSON.stringify({
          // Bound to GitHub Actions: otherwise anybody who can push could report a status of that name as well.
          required_status_checks: { strict: true, checks: [{ context: "plan", app_id: gitHubActions }] },
          enforce_admins: true,
          // What is pushed after an approval, or by who approves, is somebody's to read as well.
          required_pull_request_reviews: {
            ...{ required_approving_review_count: 1, require_code_owner_reviews: true },
            ...{ dismiss_stale_reviews: true, require_last_push_approval: true },
          },
          restrictions: null,
        })}'`,
        `gh api --method PATCH ${repository} -F allow_auto_merge=true -F delete_branch_on_merge=true`,
        // One setting covers opening and approving: releases, new tenants and recorded commands are opened by the pipeline. What it
        // approves does not count, because the branch asks for a code owner.
        `gh api --method PUT ${repository}/actions/permissions/workflow -f default_workflow_permissions=read -F can_approve_pull_request_reviews=true`,
      ],
    },
  ];
}

/** A value as one word of a POSIX shell. */
function quoted(value: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
