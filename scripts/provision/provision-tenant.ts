/** Asks for a new tenant, shows what it costs, and proposes its file as a pull request or leaves a branch. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadDeclared } from "../../actions/lib/adapters/files/declared-fleet.ts";
import { itemisedPrices } from "../../actions/lib/adapters/files/prices.ts";
import { writeTenant } from "../../actions/lib/adapters/files/write-tenant.ts";
import { gitHubRepository } from "../../actions/lib/adapters/github/client.ts";
import { gitHubProposals } from "../../actions/lib/adapters/github/proposals.ts";
import { OperatorError } from "../../actions/lib/domain/operator-error.ts";
import { draftTenant, written } from "../../actions/lib/domain/provision.ts";
import { monthly, provisionPull } from "../../actions/lib/report/provision-pull.ts";
import { commandLine } from "../command-line.ts";
import { gitHubFailure } from "./github-failure.ts";
import { gitHubOf } from "./github-of.ts";
import { interview } from "./interview.ts";
import { canLeaveBranch, leaveBranch } from "./leave-branch.ts";
import { type Terminal, terminal } from "./terminal.ts";

const usage = `usage: scripts/provision-tenant [--name hospital-d] [--display-name "Hospital D"] [--tier standard]
         [--environment production] [--contact it@hospital-d.org] [--sso none|saml|oidc] [--metadata-url URL]
         [--issuer URL --client-id ID --client-secret-arn ARN] [--redis-index N] [--yes] [--open | --print]

Asks for everything that no flag says and explains what is wrong with an answer. ? explains a question.

  --open   push a branch and open the pull request, with the token in GITHUB_TOKEN
  --print  print the tenant's file and change nothing
  --yes    do not ask at the end
  --in     the checkout to add the tenant to; this one if left out

Without --open a branch provision/<name> is left here; what is checked out stays as it is.`;

const text = { type: "string" } as const;
const { values, refuse } = commandLine(
  { usage },
  {
    options: {
      ...{ name: text, "display-name": text, tier: text, environment: text, contact: text, sso: text },
      ...{ "metadata-url": text, issuer: text, "client-id": text, "client-secret-arn": text, "redis-index": text },
      in: { type: "string", default: join(import.meta.dirname, "..", "..") },
      open: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
    },
  },
);
if (!existsSync(values.in)) refuse(`--in must be a checkout of this repository; there is no ${values.in}`);
await main().catch(explain);

async function main(): Promise<void> {
  const { in: root, open, print, yes, ...flags } = values;
  const github = open ? gitHubOf(process.env, originOf(root)) : undefined;
  if (!open && !print) await canLeaveBranch(root);
  const declared = await loadDeclared(root);
  // Questions go to stderr, so that --print can be piped into a file.
  const asking = terminal(process.stdin, process.stderr);
  const draft = written(await interview(flags, declared, asking));
  const made = draftTenant(draft, declared);
  if (!made.ok) throw new Error(`a draft without findings has some: ${JSON.stringify(made.findings)}`);
  const { tenant } = made;
  const environment = declared.environments.find(({ name }) => name === tenant.environment);
  if (environment === undefined) throw new Error(`${tenant.environment} was found before and is gone`);
  const cost = (await itemisedPrices(root))(tenant, environment);
  const address = `https://${tenant.subdomain}.${environment.domain}`;
  const file = { path: `tenants/${tenant.name}.yml`, text: writeTenant(draft) };
  asking.say(`\n${file.path}\n${file.text.replace(/^/gm, "  ").trimEnd()}\n`);
  asking.say(`address  ${address}`);
  asking.say(`cost     ${monthly(cost)} a month; budget ${tenant.monthlyBudgetUsd} USD`);
  for (const line of cost.lines) asking.say(`           ${line.what}: ${monthly(line)}`);
  if (cost.unknown.length > 0) asking.say(`           not priced: ${cost.unknown.join(", ")}`);
  if (print) {
    console.log(file.text.trimEnd());
    return asking.close();
  }
  const agreed = yes || (await isAgreed(asking, `\nPropose ${tenant.name}? [Y/n]: `));
  asking.close();
  if (!agreed) return console.log("nothing was changed");
  const pull = provisionPull({ tenant, cost, address });
  const branch = `provision/${tenant.name}`;
  if (github === undefined) {
    await leaveBranch(root, { branch, ...file, message: pull.title });
    console.log(
      `branch ${branch} has ${file.path}. To propose it:\n  git push origin ${branch}\nthen open a pull request of it, or run this again with GITHUB_TOKEN and --open.`,
    );
    return;
  }
  const proposal = await gitHubProposals(gitHubRepository(github), { plan: "by itself" }).propose({
    branch,
    ...pull,
    files: { [file.path]: file.text },
  });
  console.log(`${proposal.outcome} ${proposal.url}; its plan says what merging it creates`);
}

/** Asks until the answer is one: somebody who typed something else has not said no to all that was asked before. */
async function isAgreed(asking: Terminal, prompt: string): Promise<boolean> {
  for (;;) {
    const answer = await asking.ask(prompt);
    if (/^(y|yes|)$/i.test(answer)) return true;
    if (/^(n|no)$/i.test(answer)) return false;
    asking.say("  ✗ answer y or n");
  }
}

function originOf(root: string): string | undefined {
  try {
    return execFileSync("git", ["-C", root, "remote", "get-url", "origin"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch (error) {
    // git exits with 2 when there is no such remote.
    if ((error as { readonly status?: number }).status === 2) return undefined;
    throw error;
  }
}

function explain(error: unknown): void {
  const message = error instanceof OperatorError ? error.message : gitHubFailure(error);
  if (message === undefined) throw error;
  console.error(`\n${message}`);
  process.exitCode = error instanceof OperatorError && error.reasonCode === "stopped" ? 130 : 1;
}
