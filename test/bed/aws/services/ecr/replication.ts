/**
 * Copies of images in other registries: what is pushed to a registry with a replication configuration gets to the registries it names
 * (ECR user guide, "Private image replication"). What was pushed before is not copied, what is copied is not copied on, and a tag
 * that stands for another image there stays with that one.
 */
import { AwsError, type World } from "../../kernel.ts";
import type { Image, Repository, Where } from "./repositories.ts";
import { createRepository, repositoriesOf } from "./repositories.ts";

export interface ReplicationRule {
  readonly destinations: readonly { readonly region: string; readonly registryId: string }[];
  /** Beginnings of repository names; none is all. */
  readonly prefixes: readonly string[];
}

interface RegistrySettings {
  rules: readonly ReplicationRule[];
  policy: string | undefined;
}

/** Most take minutes; ECR promises half an hour for nearly all (user guide). */
const takesMs = 90_000;

/** What a whole registry, not a repository of it, is set to. */
export function registrySettings(world: World, { account, region }: Where): RegistrySettings {
  return world.store("ecr-registry", { account, region }, () => ({ rules: [], policy: undefined }));
}

/** Begins to copy an image that was pushed, or was given one more tag. */
export function replicate(world: World, repository: Repository, image: Image, tag: string | undefined): void {
  const from = { account: repository.registryId, region: repository.arn.split(":")[3] ?? "" };
  for (const { destinations, prefixes } of registrySettings(world, from).rules) {
    if (prefixes.length > 0 && !prefixes.some((prefix) => repository.name.startsWith(prefix))) continue;
    for (const { registryId, region } of destinations) {
      world.clock.after(takesMs, () => copy(world, { repository, image, tag }, { account: registryId, region }));
    }
  }
}

function copy(
  world: World,
  {
    repository,
    image,
    tag,
  }: { readonly repository: Repository; readonly image: Image; readonly tag: string | undefined },
  to: Where,
): void {
  const abroad = to.account !== repository.registryId;
  const may = (action: string): boolean =>
    !abroad ||
    allows(registrySettings(world, to).policy, { action, account: repository.registryId, name: repository.name });
  if (!may("ecr:ReplicateImage")) return;
  const { name, scanOnPush } = repository;
  const target =
    repositoriesOf(world, to).get(name) ??
    (may("ecr:CreateRepository")
      ? createRepository(world, to, { name, mutability: "MUTABLE", scanOnPush, tags: [] })
      : undefined);
  if (target === undefined) return;
  for (const [digest, blob] of repository.blobs) target.blobs.set(digest, blob);
  const at = new Date(world.clock.now());
  const there = target.images.get(image.digest) ?? {
    ...{
      digest: image.digest,
      manifest: image.manifest,
      mediaType: image.mediaType,
      pushedAt: at,
      pulledAt: undefined,
    },
    ...{ tags: new Set<string>(), findings: target.scanOnPush ? { at, findings: [] } : undefined },
  };
  target.images.set(image.digest, there);
  if (tag === undefined) return;
  const holder = [...target.images.values()].find(({ tags }) => tags.has(tag));
  if (holder !== undefined && holder !== there && target.mutability === "IMMUTABLE") return;
  holder?.tags.delete(tag);
  there.tags.add(tag);
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: "*" | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Whether a registry's policy lets another account do something to a repository. Denials are not looked for. */
function allows(
  policy: string | undefined,
  { action, account, name }: { readonly action: string; readonly account: string; readonly name: string },
): boolean {
  if (policy === undefined) return false;
  const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: Statement | readonly Statement[] };
  return [Statement].flat().some((one) => {
    const who = one.Principal === "*" ? ["*"] : [one.Principal?.AWS ?? []].flat();
    const resources = [one.Resource ?? []].flat().map((arn) => arn.split(":repository/")[1] ?? arn);
    return (
      one.Effect === "Allow" &&
      who.some((principal) => principal === "*" || principal === account || principal.includes(`:${account}:`)) &&
      [one.Action ?? []].flat().some((allowed) => ["*", "ecr:*", action].includes(allowed)) &&
      resources.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name))
    );
  });
}

/** @throws AwsError RegistryPolicyNotFoundException */
export function registryPolicy(
  world: World,
  where: Where,
): { readonly registryId: string; readonly policyText: string } {
  const { policy } = registrySettings(world, where);
  if (policy === undefined)
    throw new AwsError(
      "RegistryPolicyNotFoundException",
      `Registry policy does not exist in the registry with id '${where.account}'`,
    );
  return { registryId: where.account, policyText: policy };
}
