/** The images of a release, addressed by digest. */
import type { Environment } from "./environment.ts";
import { type ServiceRole, serviceOrder } from "./service.ts";
import type { Tenant } from "./tenant.ts";

/** Service → `registry/repository@sha256:…`. */
export type ReleaseImages = Readonly<Record<ServiceRole, string>>;

/** The release a tenant should run: its own pin, or the environment's. */
export function releaseOf(tenant: Pick<Tenant, "release">, environment: Pick<Environment, "release">): string {
  return tenant.release ?? environment.release;
}

/** The registry of an environment: `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
export function registryOf(environment: Pick<Environment, "account" | "region">): string {
  const suffix = environment.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `${environment.account}.dkr.ecr.${environment.region}.${suffix}`;
}

/** Image references of a release from the digests found, in the environment's registry. */
export function releaseImages(environment: Environment, digests: Readonly<Record<ServiceRole, string>>): ReleaseImages {
  const registry = registryOf(environment);
  const reference = (role: ServiceRole): string =>
    `${registry}/${environment.images[role].repository}@${digests[role]}`;
  return Object.fromEntries(serviceOrder.map((role) => [role, reference(role)])) as Record<ServiceRole, string>;
}
