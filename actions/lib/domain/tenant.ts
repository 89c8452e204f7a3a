/**
 * A tenant with every value present: its file, and its tier's defaults for what the file leaves out.
 */

import type { Sso } from "./sign-in.ts";
import type { Destruction } from "./tenant-file.ts";

export const tierNames = ["enterprise", "standard", "trial"] as const;
export type TierName = (typeof tierNames)[number];

/** In the order in which they are rolled. */
export const serviceNames = ["celery", "django", "beat"] as const;
export type ServiceName = (typeof serviceNames)[number];

export const tenantStates = ["active", "suspended"] as const;
export type TenantState = (typeof tenantStates)[number];

/** How many days CloudWatch Logs can keep a log group: PutRetentionPolicy takes these numbers only. */
export const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Tags the templates set themselves; a tenant file cannot change them. */
export const ownTags: readonly string[] = [
  "app",
  "mate-tenant",
  "environment",
  "tier",
  "data-classification",
  "managed-by",
  "Name",
];

/** Auto scaling limits; equal numbers mean a fixed count. */
export interface Count {
  readonly min: number;
  readonly max: number;
}

/** Size of one task: CPU units (1024 = one vCPU) and MiB. */
export interface TaskSize {
  readonly cpu: number;
  readonly memory: number;
}

export interface DedicatedDatabase {
  readonly kind: "dedicated";
  readonly instanceClass: string;
  readonly multiAz: boolean;
  readonly allocatedStorageGib: number;
  readonly maxAllocatedStorageGib: number;
  readonly backupRetentionDays: number;
  readonly engineVersion: string;
}

export interface DedicatedRedis {
  readonly kind: "dedicated";
  readonly nodeType: string;
  readonly nodes: number;
}

export type Database = DedicatedDatabase | { readonly kind: "shared" };
export type Redis = DedicatedRedis | { readonly kind: "shared"; readonly index: number };
export type Storage =
  | { readonly kind: "provisioned"; readonly throughputMibps: number }
  | { readonly kind: "bursting" }
  | { readonly kind: "shared" };

export interface TenantServices {
  readonly django: TaskSize & { readonly count: Count };
  readonly celery: TaskSize & { readonly count: Count; readonly spot: boolean };
  /** Never more than one, so it has no count. */
  readonly beat: TaskSize;
}

/** A tenant with every value present: the file, and its tier's defaults for what the file leaves out. */
export interface Tenant {
  readonly name: string;
  readonly displayName: string;
  readonly tier: TierName;
  readonly environment: string;
  readonly contact: string;
  readonly sso: Sso;
  readonly state: TenantState;
  /** The pinned release; without it the tenant follows its environment's. */
  readonly release?: string;
  readonly subdomain: string;
  readonly services: TenantServices;
  readonly database: Database;
  readonly redis: Redis;
  readonly storage: Storage;
  readonly monthlyBudgetUsd: number;
  readonly logRetentionDays: number;
  readonly allowDestruction: readonly Destruction[];
  readonly tags: Readonly<Record<string, string>>;
}
