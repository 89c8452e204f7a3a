/** Tenant files of each tier as values, and what becomes of them when one property is changed. */
import type { Files } from "../fixtures/rehearsal.ts";
import { smallFleet } from "../fixtures/small-fleet.ts";
import { type TenantTier, tenantTiers } from "./templates.ts";
import type { OfferCase } from "./tier-cases.ts";

export type Doc = Readonly<Record<string, unknown>>;

export const names: Readonly<Record<TenantTier, string>> = { enterprise: "alpha", standard: "beta", trial: "gamma" };
export const stackOf = (tier: TenantTier): string => `mate-${names[tier]}-production`;

/** What each tenant's file says. */
export type TierFiles = Readonly<Record<TenantTier, Doc>>;

/** A tenant of each tier, to begin with. */
export function firstFiles(clientSecretArn: string): TierFiles {
  const common = (tier: TenantTier): Doc => ({
    ...{ name: names[tier], displayName: "Saint Mary's", tier, environment: "production", contact: "a@b.org" },
    ...{ subdomain: `${names[tier]}-first` },
  });
  const provider = { issuer: "https://login.clinic-b.org/realms/staff", clientId: "mate", clientSecretArn };
  return {
    enterprise: { ...common("enterprise"), sso: { type: "saml", metadataUrl: "https://idp.hospitala.com/metadata" } },
    standard: { ...common("standard"), sso: { type: "oidc", ...provider } },
    trial: { ...common("trial"), redis: { index: 3 } },
  };
}

/** A repository with these tenants. */
export function repository(documents: Partial<Record<TenantTier, Doc>>, more: Files = {}): Files {
  const written = tenantTiers.flatMap((tier) => {
    const document = documents[tier];
    return document === undefined ? [] : [[`tenants/${names[tier]}.yml`, JSON.stringify(document)] as const];
  });
  return smallFleet({ ...Object.fromEntries(written), ...more });
}

/** The document with one value set, or taken away when it is undefined. */
export function withValue(document: Doc, path: string, value: unknown): Doc {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    const { [name]: _old, ...others } = document;
    return value === undefined ? others : { ...others, [name]: value };
  }
  const below = document[name];
  if (value === undefined && below === undefined) return document;
  return { ...document, [name]: withValue((below ?? {}) as Doc, rest.join("."), value) };
}

/**
 * The file with a property changed, and whatever has to change with it.
 *
 * @param value what `offer.to` says for the tier, or what stands for it
 */
export function changed(
  document: Doc,
  tier: TenantTier,
  { offer, value }: { readonly offer: OfferCase; readonly value: unknown },
): Doc {
  const extra = Object.entries(offer.with ?? {}).map(([path, one]): readonly [string, unknown] => [
    path,
    typeof one === "object" && one !== null ? (one as Record<string, unknown>)[tier] : one,
  ]);
  const counted = /^services\.(\w+)\.count\./.test(offer.at) ? withCount(document, offer.at, tier) : document;
  const resource = offer.destroys?.[tier];
  const allowed =
    resource === undefined ? undefined : [{ resource, reason: "the hospital signs in with our accounts" }];
  return [...extra, ["allowDestruction", allowed] as const, [offer.at, value] as const].reduce(
    (doc, [path, one]) => withValue(doc, path, one),
    counted,
  );
}

/** A count has both its ends. */
function withCount(document: Doc, path: string, tier: TenantTier): Doc {
  const at = path.replace(/\.(min|max)$/, "");
  const there = at.split(".").reduce<unknown>((node, name) => (node as Doc | undefined)?.[name], document);
  return there === undefined
    ? withValue(document, at, tier === "enterprise" ? { min: 2, max: 10 } : { min: 1, max: 5 })
    : document;
}
