/** Prints the commands that set an environment up. It runs none of them: an administrator reads them first. */
import { parseArgs } from "node:util";
import { loadRepository } from "../actions/lib/adapters/files/repository.ts";
import { bootstrapSteps } from "./bootstrap-steps.ts";

const usage = `usage: scripts/bootstrap <environment> --repository OWNER/NAME --owner-id N --repository-id N
         --hosted-zone-id Z… --zones us-east-1a,us-east-1b --alert-email ADDRESS [options]

Prints the commands that set the environment infra/environments/<environment>.yml up, in order.

  --owner-id, --repository-id   gh api repos/OWNER/NAME --jq '.owner.id, .id'
  --hosted-zone-id              aws route53 list-hosted-zones-by-name --dns-name DOMAIN
  --user-pool-domain PREFIX     default: <environment>-<account>; without aws, amazon or cognito in it
  --billing-limit USD           default: 1000
  --second-in-account           another environment of this account has the OIDC provider and the image repositories`;

const { values, positionals } = parseArgs({
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
    help: { type: "boolean", default: false },
  },
});

const [name] = positionals;
const required = ["repository", "owner-id", "repository-id", "hosted-zone-id", "zones", "alert-email"] as const;
const missing = required.filter((option) => values[option] === undefined);
if (values.help || name === undefined || missing.length > 0) {
  console.log(missing.length > 0 && !values.help ? `missing: --${missing.join(", --")}\n\n${usage}` : usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  const { environments } = await loadRepository(new URL("..", import.meta.url).pathname);
  const environment = environments.get(name)?.environment;
  if (environment === undefined) {
    console.log(`no environment ${name}; there is ${[...environments.keys()].join(", ") || "none without problems"}`);
    process.exitCode = 2;
  } else {
    const [owner = "", repository = ""] = (values.repository ?? "").split("/");
    const [firstZone = "", secondZone = ""] = (values.zones ?? "").split(",");
    const steps = bootstrapSteps({
      environment,
      github: { owner, repository, ownerId: values["owner-id"] ?? "", repositoryId: values["repository-id"] ?? "" },
      hostedZoneId: values["hosted-zone-id"] ?? "",
      zones: [firstZone, secondZone],
      alertEmail: values["alert-email"] ?? "",
      userPoolDomain: values["user-pool-domain"] ?? `${environment.name}-${environment.account}`,
      billingLimitUsd: values["billing-limit"],
      first: !values["second-in-account"],
    });
    for (const { title, commands } of steps) console.log(`# ${title}\n${commands.join("\n")}\n`);
  }
}
