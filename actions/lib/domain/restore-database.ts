/** A database instance as a restore sees it: what state it is in, and every setting that has to be carried to another. */

export interface DatabaseSettings {
  readonly instanceClass: string;
  readonly storageGib: number;
  readonly maxStorageGib?: number;
  readonly storageType: string;
  /** Only where they were chosen; on smaller gp3 volumes RDS shows them but does not take them. */
  readonly iops?: number;
  readonly throughput?: number;
  readonly multiAz: boolean;
  readonly port: number;
  readonly subnetGroup?: string;
  readonly parameterGroup?: string;
  readonly optionGroup?: string;
  readonly securityGroups: readonly string[];
  readonly publiclyAccessible: boolean;
  readonly networkType?: string;
  readonly certificateAuthority?: string;
  readonly iamAuthentication: boolean;
  readonly logExports: readonly string[];
  readonly minorUpgrades: boolean;
  readonly tagsToSnapshots: boolean;
  readonly dedicatedLogVolume: boolean;
  readonly engineVersion: string;
  readonly backupRetentionDays: number;
  readonly backupWindow?: string;
  readonly maintenanceWindow?: string;
  readonly monitoring?: { readonly seconds: number; readonly role: string };
  readonly insights?: { readonly key?: string; readonly days?: number; readonly mode?: string };
  /** Key of the master secret that RDS manages; undefined if it manages none. */
  readonly secretKey?: string;
  readonly protected: boolean;
}

export interface DatabaseInstance {
  readonly id: string;
  readonly arn: string;
  /** DbiResourceId: the instance itself, whatever it is called. */
  readonly resource: string;
  readonly state: DatabaseState;
  /** RDS's own word for it. */
  readonly status: string;
  readonly host?: string;
  readonly secret?: string;
  readonly engine: string;
  readonly createdAt?: Date;
  /** Whether a change waits for the maintenance window or a restart. */
  readonly pending: "nothing" | "change" | "restart";
  readonly settings: DatabaseSettings;
  readonly tags: Readonly<Record<string, string>>;
}

export interface DatabaseSnapshot {
  readonly id: string;
  readonly instance: string;
  readonly resource?: string;
  /** The moment its data is of. */
  readonly at?: Date;
  readonly kind: string;
  readonly ready: boolean;
  readonly engine: string;
  readonly version: string;
  readonly storageGib: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** One property that is not what its stack says. */
export interface DatabaseDifference {
  readonly property: string;
  readonly expected: string;
  readonly actual: string;
}

export type DatabaseState = "ready" | "changing" | "stopped" | "failed";

/** Every status RDS documents for an instance (Amazon RDS user guide, "Viewing DB instance status"). */
const states: Readonly<Record<string, DatabaseState>> = {
  available: "ready",
  // Both work at full function, only slower.
  "storage-optimization": "ready",
  "storage-initialization": "ready",
  "backing-up": "changing",
  "configuring-associated-roles": "changing",
  "configuring-enhanced-monitoring": "changing",
  "configuring-iam-database-auth": "changing",
  "configuring-log-exports": "changing",
  "converting-to-vpc": "changing",
  creating: "changing",
  "delete-precheck": "changing",
  deleting: "changing",
  maintenance: "changing",
  modifying: "changing",
  "moving-to-vpc": "changing",
  rebooting: "changing",
  renaming: "changing",
  "resetting-master-credentials": "changing",
  starting: "changing",
  stopping: "changing",
  "storage-config-upgrade": "changing",
  upgrading: "changing",
  stopped: "stopped",
  failed: "failed",
  "inaccessible-encryption-credentials": "failed",
  "inaccessible-encryption-credentials-recoverable": "failed",
  "incompatible-create": "failed",
  "incompatible-network": "failed",
  "incompatible-option-group": "failed",
  "incompatible-parameters": "failed",
  "incompatible-restore": "failed",
  "insufficient-capacity": "failed",
  "restore-error": "failed",
  "storage-full": "failed",
};

/** @throws Error for a status nobody has told us about: what it means is not guessed */
export function databaseState(status: string): DatabaseState {
  const state = states[status];
  if (state === undefined) throw new Error(`unknown status of a database instance: ${status}`);
  return state;
}
