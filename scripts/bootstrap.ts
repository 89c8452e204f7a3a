/** Prints the commands that set an environment up. It runs none of them: an administrator reads them first. */
import { loadRepository } from "../actions/lib/adapters/files/repository.ts";
import { bootstrapSteps } from "./bootstrap-steps.ts";
import { commandLine, type Refuse } from "./command-line.ts";

const usage = `usage: scripts/bootstrap <environment> --repository OWNER/NAME --owner-id N --repository-id N
         --hosted-zone-id Z… --zones us-east-1a,us-east-1b --alert-email ADDRESS [options]

Prints the commands that set the environment infra/environments/<environment>.yml up, in order.

  --owner-id, --repository-id   gh api repos/OWNER/NAME --jq '.owner.id, .id'
  --hosted-zone-id              aws route53 list-hosted-zones-by-name --dns-name DOMAIN
  --user-pool-domain PREFIX     default: <environment>-<account>; without aws, amazon or cognito in it
  --billing-limit USD           default: 1000
  --second-in-account           another environment of this account has the OIDC provider and the image repositories`;

const given = commandLine(
  { usage },
  {
    allowPositionals: true,
    options: {
      repository: { type: "string" },
      "owner-id": { type: "string" },
      "repository-id": { type: "string" },
      "hosted-zone-id": { type: "string" },
      zones: { type: "string" },
      "alert-email": { type: "string" },
      "user-pool-domain": { type: "string" },
      "billing-limit": { type: "string", default: "1000" },
      "second-in-account": { type: "boolean", default: false },
    },
  },
);
const { values, positionals } = given;
// With its type written here, what follows a refusal knows that it was none.
const refuse: Refuse = given.refuse;
const { environments } = await loadRepository(new URL("..", import.meta.url).pathname);
const names = [...environments.keys()].join(", ") || "none without problems";
const [name, ...more] = positionals;
const environment = environments.get(name ?? "")?.environment;
const region = environment?.region ?? "[a-z]{2}-[a-z]+-\\d";

/** What each option has to look like, in words and as a pattern; what an option is wrong about would else be found half-way by AWS. */
const shapes = {
  repository: ["OWNER/NAME", /^[\w.-]+\/[\w.-]+$/],
  "owner-id": ["a number", /^\d+$/],
  "repository-id": ["a number", /^\d+$/],
  "hosted-zone-id": ["an id like Z0123456789ABCDEFGHIJ", /^Z[A-Z0-9]+$/],
  zones: [
    `two availability zones of ${environment?.region ?? "the region"} with a comma between them`,
    new RegExp(`^(${region}[a-z]),(?!\\1$)${region}[a-z]$`),
  ],
  "alert-email": ["an e-mail address", /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  "user-pool-domain": [
    "lowercase letters, digits and hyphens, without aws, amazon or cognito",
    /^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  ],
  "billing-limit": ["a number of US dollars", /^[1-9]\d*$/],
} as const satisfies Partial<Record<keyof typeof values, readonly [string, RegExp]>>;

const problems = [
  ...(name === undefined
    ? [`which environment? There is ${names}`]
    : environment === undefined
      ? [`no environment ${name}; there is ${names}`]
      : []),
  ...(more.length > 0 ? [`one environment at a time; what is ${more.join(" ")}?`] : []),
  ...Object.entries(shapes).flatMap(([option, [what, pattern]]) => {
    const value = values[option as keyof typeof shapes];
    if (value === undefined) return option === "user-pool-domain" ? [] : [`--${option} is missing: ${what}`];
    return pattern.test(value) ? [] : [`--${option} must be ${what}, got ${value}`];
  }),
];
if (environment === undefined || problems.length > 0) refuse(problems.join("\n"));

const [owner = "", repository = ""] = (values.repository ?? "").split("/");
const [firstZone = "", secondZone = ""] = (values.zones ?? "").split(",");
const steps = bootstrapSteps({
  environment,
  environments: [...environments.values()].map((declared) => declared.environment),
  github: { owner, repository, ownerId: values["owner-id"] ?? "", repositoryId: values["repository-id"] ?? "" },
  hostedZoneId: values["hosted-zone-id"] ?? "",
  zones: [firstZone, secondZone],
  alertEmail: values["alert-email"] ?? "",
  userPoolDomain: values["user-pool-domain"] ?? `${environment.name}-${environment.account}`,
  billingLimitUsd: values["billing-limit"],
  first: !values["second-in-account"],
});
for (const { title, commands } of steps) console.log(`# ${title}\n${commands.join("\n")}\n`);
