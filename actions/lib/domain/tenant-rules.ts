/**
 * What a tenant file may not say although its form is right: names, sizes and options, held against its tier.
 */

import { dataFindings } from "./data-rules.ts";
import { fargateComplaint } from "./fargate.ts";
import { servicesOf } from "./resolve-tenant.ts";
import { type Finding, finding, type Path } from "./schema.ts";
import { ownTags } from "./tenant.ts";
import type { TenantFile } from "./tenant-file.ts";
import { nameComplaint, reservedSubdomains } from "./tenant-name.ts";
import type { Tier, TierLimits } from "./tier.ts";
import { either, show } from "./wording.ts";

/** Everything wrong with one tenant file that can be seen without the other tenants. `environments` are the names of all environments. */
export function tenantFindings(file: TenantFile, tier: Tier, environments: readonly string[]): readonly Finding[] {
  return [
    ...namingFindings(file, environments),
    ...sizeFindings(file, tier),
    ...countFindings(file, tier),
    ...signInFindings(file, tier),
    ...dataFindings(file, tier),
    ...tagFindings(file),
  ];
}

function namingFindings(
  { name, environment, subdomain }: TenantFile,
  environments: readonly string[],
): readonly Finding[] {
  const complaint = nameComplaint(name, { environment, environments });
  const host = subdomain ?? name;
  return [
    ...(complaint === undefined ? [] : [finding(["name"], complaint)]),
    ...(reservedSubdomains.includes(host)
      ? [
          finding(
            [subdomain === undefined ? "name" : "subdomain"],
            `subdomain ${show(host)} belongs to the platform; choose another`,
          ),
        ]
      : []),
  ];
}

function sizeFindings(file: TenantFile, tier: Tier): readonly Finding[] {
  const sizes = servicesOf(file, tier);
  return (["django", "celery", "beat"] as const).flatMap((service) => {
    const written = file.services?.[service];
    if (written?.cpu === undefined && written?.memory === undefined) return [];
    const { cpu, memory } = sizes[service];
    const at = (key: "cpu" | "memory"): Path => ["services", service, ...(written[key] === undefined ? [] : [key])];
    const complaint = fargateComplaint({ cpu, memory });
    const byDefault = written.memory === undefined ? "; memory is the tier's default here, so write it too" : "";
    return [
      ...(complaint === undefined
        ? []
        : [finding(at(written.memory === undefined ? "cpu" : "memory"), complaint + byDefault)]),
      ...outside({ value: cpu, key: "cpu", path: at("cpu") }, tier),
      ...outside({ value: memory, key: "memory", path: at("memory") }, tier),
    ];
  });
}

function outside(
  {
    value,
    key,
    path,
  }: { readonly value: number; readonly key: keyof TierLimits & ("cpu" | "memory"); readonly path: Path },
  { limits, name }: Tier,
): readonly Finding[] {
  const { min, max } = limits[key];
  if (value >= min && value <= max) return [];
  return [finding(path, `${key} ${value} is outside the ${min} to ${max} of tier ${name}`)];
}

function countFindings(file: TenantFile, tier: Tier): readonly Finding[] {
  return (["django", "celery"] as const).flatMap((service) => {
    const written = file.services?.[service]?.count;
    if (written === undefined) return [];
    const path = ["services", service, "count"];
    if (typeof written === "number") return countFinding(written, path, tier);
    if (written.min > written.max) {
      return [
        finding([...path, "min"], `count min ${written.min} is above max ${written.max}; swap them or raise max`),
      ];
    }
    return [...countFinding(written.min, [...path, "min"], tier), ...countFinding(written.max, [...path, "max"], tier)];
  });
}

function countFinding(count: number, path: Path, { limits, name }: Tier): readonly Finding[] {
  const { min, max } = limits.count;
  if (count >= min && count <= max) return [];
  if (count === 0) return [finding(path, "count 0 would stop the service; to stop the tenant write state: suspended")];
  if (min === max) return [finding(path, `count ${count} is not possible: tier ${name} has exactly ${min}`)];
  return [finding(path, `count ${count} is outside the ${min} to ${max} of tier ${name}`)];
}

function signInFindings({ sso }: TenantFile, { limits, name }: Tier): readonly Finding[] {
  if (sso === undefined || limits.sso.includes(sso.type)) return [];
  return [finding(["sso", "type"], `sso ${sso.type} is not part of tier ${name}, which has ${either(limits.sso)}`)];
}

/** AWS takes 50 tags on a resource; the templates and CloudFormation itself need some of them. */
const mostTags = 30;

function tagFindings({ tags = {} }: TenantFile): readonly Finding[] {
  const keys = Object.keys(tags);
  return [
    ...(keys.length > mostTags
      ? [finding(["tags"], `${keys.length} tags are too many: at most ${mostTags} fit beside the platform's own`)]
      : []),
    ...keys.flatMap((key, position): readonly Finding[] => {
      const message = tagComplaint(key, keys.slice(0, position));
      return message === undefined ? [] : [{ path: ["tags", key], at: "key", message }];
    }),
  ];
}

/**
 * IAM takes `Tier` and `tier` for one key: a role cannot have both, and a policy that asks for `mate-tenant` finds either (IAM user guide,
 * "Tags for IAM resources"). What begins with `mate` tells the pipeline whose a thing is, and what may be deleted.
 */
function tagComplaint(key: string, before: readonly string[]): string | undefined {
  const same = (other: string): boolean => other.toLowerCase() === key.toLowerCase();
  if (ownTags.some(same) || /^mate[-:]/i.test(key)) return `tag ${key} is set by the platform; leave it out`;
  const twin = before.find(same);
  return twin === undefined ? undefined : `tag ${key} is ${twin} to IAM, which knows no upper case; write one of them`;
}
