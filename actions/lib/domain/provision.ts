/**
 * A new tenant, asked for question by question: what to ask, and what is wrong with an answer, by the rules that hold for files.
 */

import type { Environment } from "./environment.ts";
import { fleetFindings } from "./fleet-rules.ts";
import { resolveTenant } from "./resolve-tenant.ts";
import { check, type Finding, finding, type Path } from "./schema.ts";
import { closest } from "./spelling.ts";
import { type Tenant, type TierName, tierNames } from "./tenant.ts";
import { misplacedInTenant, type TenantFile, tenantFile } from "./tenant-file.ts";
import { tenantFindings } from "./tenant-rules.ts";
import type { Tier } from "./tier.ts";
import { either, show } from "./wording.ts";

/** What is declared already: a new tenant has to fit in. */
export interface Declared {
  readonly tiers: ReadonlyMap<TierName, Tier>;
  readonly environments: readonly Environment[];
  readonly tenants: readonly TenantFile[];
}

/** A tenant file in the making: answers by their path in the file. */
export type Draft = Readonly<Record<string, unknown>>;

export interface Question {
  readonly path: Path;
  /** The command line's flag, and the form's input. */
  readonly flag: string;
  readonly prompt: string;
  readonly options?: readonly string[];
  readonly suggestion?: string;
}

/** The next question a draft leaves open, in the order people know the answers; undefined when all is said. */
export function nextQuestion(draft: Draft, declared: Declared): Question | undefined {
  return questions(draft, declared).find(({ path }) => valueAt(draft, path) === undefined);
}

/** All questions of a draft so far: which way to sign in decides what else is asked. */
export function questions(draft: Draft, { tiers, environments, tenants }: Declared): readonly Question[] {
  const environment = environments.find(({ name }) => name === draft.environment);
  const tier = tiers.get(draft.tier as TierName);
  const ways = tier?.limits.sso ?? ["none", "saml", "oidc"];
  const names = environments.map(({ name }) => name);
  return [
    {
      path: ["name"],
      flag: "name",
      prompt: "Tenant name (part of AWS names, can never change)",
    },
    { path: ["displayName"], flag: "display-name", prompt: "Display name (as the hospital writes it)" },
    { path: ["tier"], flag: "tier", prompt: "Tier", options: tierNames },
    {
      path: ["environment"],
      flag: "environment",
      prompt: "Environment",
      options: names,
      suggestion: names.includes("production") ? "production" : (names[0] ?? ""),
    },
    { path: ["contact"], flag: "contact", prompt: "Contact e-mail" },
    ...(ways.length > 1
      ? [{ path: ["sso", "type"], flag: "sso", prompt: "Sign-in (SSO)", options: ways, suggestion: "none" }]
      : []),
    ...signInQuestions(valueAt(draft, ["sso", "type"])),
    ...(tier?.redis === "shared" && environment !== undefined
      ? [
          {
            path: ["redis", "index"],
            flag: "redis-index",
            prompt: "Number on the shared Redis",
            ...suggested(freeRedisIndex(environment.name, tenants)),
          },
        ]
      : []),
  ];
}

function signInQuestions(type: unknown): readonly Question[] {
  if (type === "saml") return [{ path: ["sso", "metadataUrl"], flag: "metadata-url", prompt: "SAML metadata URL" }];
  if (type !== "oidc") return [];
  return [
    { path: ["sso", "issuer"], flag: "issuer", prompt: "OIDC issuer URL" },
    { path: ["sso", "clientId"], flag: "client-id", prompt: "OIDC client id" },
    {
      path: ["sso", "clientSecretArn"],
      flag: "client-secret-arn",
      prompt: "ARN of the Secrets Manager secret with the client secret (never the secret itself)",
    },
  ];
}

/** The lowest database number of the environment's shared Redis that no tenant has; undefined when all 256 are taken. */
export function freeRedisIndex(environment: string, tenants: readonly TenantFile[]): number | undefined {
  const taken = new Set(tenants.filter((one) => one.environment === environment).map(({ redis }) => redis?.index));
  return Array.from({ length: 256 }, (_, index) => index).find((index) => !taken.has(index));
}

/** The draft with one more answer. An answer to the Redis question is a number when it reads as one. */
export function answered(draft: Draft, path: Path, answer: string): Draft {
  const value = path.join(".") === "redis.index" && /^\d{1,3}$/.test(answer) ? Number(answer) : answer;
  const [first = "", second] = path.map(String);
  if (second === undefined) return { ...draft, [first]: value };
  return { ...draft, [first]: { ...(draft[first] as object | undefined), [second]: value } };
}

/**
 * A draft from answers by flag. What the tier or the way to sign in does not ask for is left out, as a form has fields for all;
 * questions with a suggestion are answered with it.
 */
export function draftOf(answers: Readonly<Record<string, string | undefined>>, declared: Declared): Draft {
  let draft: Draft = {};
  // Each answer may open further questions, and none is asked twice.
  for (;;) {
    const next = questions(draft, declared).find(
      ({ path, flag, suggestion }) => valueAt(draft, path) === undefined && (answers[flag] ?? suggestion) !== undefined,
    );
    if (next === undefined) return draft;
    draft = answered(draft, next.path, answers[next.flag] ?? next.suggestion ?? "");
  }
}

/** A draft as it is written: what is so anyhow stays unsaid. */
export function written(draft: Draft): Draft {
  const { sso, ...rest } = draft;
  const said = sso !== undefined && (sso as { readonly type?: unknown }).type !== "none";
  return said ? { ...rest, sso } : rest;
}

/** What is wrong with what was answered so far; silent about what was not asked yet. */
export function answerFindings(draft: Draft, declared: Declared): readonly Finding[] {
  const known = questions(draft, declared).filter(({ path }) => valueAt(draft, path) !== undefined);
  const about = ({ path }: Finding): boolean =>
    known.some((question) => path.every((step, depth) => question.path[depth] === step));
  return draftFindings(withStandIns(draft, declared), declared).filter(about);
}

/** The tenant a complete draft describes, or everything that is wrong with it. */
export function draftTenant(
  draft: Draft,
  declared: Declared,
):
  | { readonly ok: true; readonly file: TenantFile; readonly tenant: Tenant }
  | { readonly ok: false; readonly findings: readonly Finding[] } {
  const findings = draftFindings(draft, declared);
  const read = check(tenantFile, draft, misplacedInTenant);
  if (!read.ok || findings.length > 0) return { ok: false, findings };
  const tier = declared.tiers.get(read.value.tier);
  if (tier === undefined) throw new Error(`tier ${read.value.tier} was found before and is gone`);
  return { ok: true, file: read.value, tenant: resolveTenant(read.value, tier) };
}

function draftFindings(draft: Draft, { tiers, environments, tenants }: Declared): readonly Finding[] {
  const read = check(tenantFile, draft, misplacedInTenant);
  if (!read.ok) return read.findings;
  const file = read.value;
  const names = environments.map(({ name }) => name);
  const tier = tiers.get(file.tier);
  if (!names.includes(file.environment)) {
    const near = closest(file.environment, names);
    const message = `environment must be ${either(names)}, got ${show(file.environment)}`;
    return [finding(["environment"], message, near && `did you mean ${near}?`)];
  }
  if (tier === undefined) return [finding(["tier"], `tier ${file.tier} has no file in infra/tiers`)];
  const taken = tenants.find(({ name }) => name === file.name);
  if (taken !== undefined) return [finding(["name"], `there is already a tenant ${file.name} (${taken.displayName})`)];
  const between = fleetFindings({ tenants: [...tenants, file], environments, unreadable: [] }).flatMap((about) => {
    if ("tenant" in about) return about.tenant === file.name ? [about.finding] : [];
    // A full environment is said in its own file, but it is this tenant that does not fit in.
    const full = about.environment === file.environment && about.finding.path.join(".") === "limits.tenants";
    return full ? [finding(["environment"], about.finding.message)] : [];
  });
  return [...tenantFindings(file, tier, names), ...between];
}

const standInName = "zz-stand-in-zz";

/** Unanswered questions get an answer that is right, so that what is found is about the answers. */
function withStandIns(draft: Draft, { environments, tenants }: Declared): Draft {
  const environment = String(draft.environment ?? environments.map(({ name }) => name).find(fits) ?? "");
  const sso = draft.sso as Readonly<Record<string, unknown>> | undefined;
  const account = environments.find(({ name }) => name === environment);
  const secret = `mate/${environment}/${String(draft.name ?? standInName)}/oidc`;
  const arn = `arn:aws:secretsmanager:${account?.region}:${account?.account}:secret:${secret}`;
  const standIns: Readonly<Record<string, object>> = {
    saml: { metadataUrl: "https://example.org/" },
    oidc: { issuer: "https://example.org/", clientId: "stand-in", clientSecretArn: arn },
  };
  const tier = draft.tier ?? "standard";
  const index = freeRedisIndex(environment, tenants);
  return {
    name: standInName,
    displayName: "Stand-in",
    contact: "stand-in@example.org",
    ...draft,
    tier,
    environment,
    ...(sso !== undefined && { sso: { ...standIns[String(sso.type)], ...sso } }),
    ...(tier === "trial" && draft.redis === undefined && index !== undefined && { redis: { index } }),
  };

  /** Of several environments the roomiest name, so that a name is not refused for one that may not be chosen. */
  function fits(name: string): boolean {
    return environments.every((other) => name.length <= other.name.length);
  }
}

function valueAt(draft: Draft, [first = "", second]: Path): unknown {
  const value = draft[String(first)];
  if (second === undefined || value === undefined) return value;
  return (value as Readonly<Record<string, unknown>>)[String(second)];
}

function suggested(index: number | undefined): { readonly suggestion?: string } {
  return index === undefined ? {} : { suggestion: String(index) };
}
