import type {
  DatabaseDifference,
  DatabaseInstance,
  DatabaseSettings,
  DatabaseSnapshot,
} from "../domain/restore-database.ts";
import type { RestoreSource } from "../domain/restore-point.ts";

/**
 * What a call that changes something came to. `later` means that the instance is not in a state for it, or not there under that name:
 * look again, and ask again. AWS takes such calls without a token, so what was asked for is found out by looking.
 */
export type Asked = "taken" | "later";

/** Database instances and their backups. */
export interface Databases {
  /** The instance of that identifier, or undefined. */
  find(id: string): Promise<DatabaseInstance | undefined>;

  /** The instance of that resource id, whatever it is called at the moment. */
  findResource(resource: string): Promise<DatabaseInstance | undefined>;

  /** Every instance of the account and region whose identifier begins so. */
  list(prefix: string): Promise<readonly DatabaseInstance[]>;

  /** Snapshots of an instance, newest first: automated ones, those taken by hand, and AWS Backup's. */
  snapshots(id: string): Promise<readonly DatabaseSnapshot[]>;

  snapshot(id: string): Promise<DatabaseSnapshot | undefined>;

  /** From when to when an instance can be restored to any second; undefined without automated backups. */
  window(resource: string): Promise<{ readonly earliest: Date; readonly latest: Date } | undefined>;

  /** How many the account has, and may have, in this region. */
  quotas(): Promise<Readonly<Record<"instances" | "snapshots", { readonly used: number; readonly most: number }>>>;

  /** Whether RDS still makes instances of an engine's version. */
  offers(engine: string, version: string): Promise<boolean>;

  /**
   * Starts a new instance from a backup, with the settings given and not the defaults RDS would take.
   *
   * @returns `later` if an instance of that name is there already
   */
  restore(request: {
    readonly source: RestoreSource;
    readonly as: string;
    readonly settings: DatabaseSettings;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<Asked>;

  /** Gives an instance the settings a restore cannot take, and a master password that RDS manages. */
  carry(id: string, settings: DatabaseSettings): Promise<Asked>;

  /** Renames at once; the instance restarts. `protect` keeps it from being deleted. */
  rename(id: string, to: string, protect: boolean): Promise<Asked>;

  /** Lifts deletion protection, so that an instance that was put away can be removed. */
  unprotect(id: string): Promise<Asked>;

  reboot(id: string): Promise<Asked>;

  /** Starts an instance that is stopped. */
  start(id: string): Promise<Asked>;

  /** Stops an instance; AWS starts it by itself after seven days. */
  stop(id: string): Promise<Asked>;

  /** @returns `later` if the instance is busy; a snapshot of that name that is there already is left alone */
  takeSnapshot(request: {
    readonly of: string;
    readonly as: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<Asked>;

  /** Deletes an instance and its automated backups, without a last snapshot. The caller has made sure that it is a scratch one. */
  remove(id: string): Promise<Asked>;

  /** Starts to compare one resource of a stack with what is there. */
  startComparing(stack: string, logicalId: string): Promise<string>;

  /** What differs, or undefined while it is still being compared. */
  differences(comparison: string, stack: string, logicalId: string): Promise<readonly DatabaseDifference[] | undefined>;
}
