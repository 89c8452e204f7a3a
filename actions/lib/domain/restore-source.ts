/** Whether a backup may become a tenant's database: decided from what RDS says about it. */
import type { DatabaseInstance, DatabaseSnapshot } from "./restore-database.ts";
import type { Finding } from "./restore-plan.ts";
import type { RestoreSource, WantedPoint } from "./restore-point.ts";

export interface RestoreWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

export interface FoundSource {
  readonly source?: RestoreSource;
  readonly at?: Date;
  /** Engine version the data is of, where it is known before it is restored. */
  readonly version?: string;
  readonly findings: readonly Finding[];
}

/**
 * @param serving the instance the tenant's database is on: its own, or for a trial the shared one
 * @param backups what there is to restore from: when a snapshot is wanted that one, if RDS has it
 */
export function findSource(
  wanted: WantedPoint,
  serving: DatabaseInstance,
  backups: { readonly window?: RestoreWindow; readonly snapshot?: DatabaseSnapshot },
): FoundSource {
  if (wanted.kind === "snapshot") return ofSnapshot(wanted.id, serving, backups.snapshot);
  const { window } = backups;
  if (window === undefined) return refused(`${serving.id} has no automated backups; choose a snapshot`);
  const at = wanted.kind === "latest" ? window.latest : wanted.at;
  if (at.getTime() < window.earliest.getTime() || at.getTime() > window.latest.getTime()) {
    return refused(
      `${serving.id} can be restored to any second from ${window.earliest.toISOString()} to ${window.latest.toISOString()}, not to ${at.toISOString()}; for earlier moments choose a snapshot`,
    );
  }
  const source = { kind: "time", instance: serving.id, at: at.toISOString() } as const;
  return { source, at, version: serving.settings.engineVersion, findings: [] };
}

function ofSnapshot(id: string, serving: DatabaseInstance, snapshot: DatabaseSnapshot | undefined): FoundSource {
  if (snapshot === undefined) return refused(`there is no snapshot ${id}; mode list shows what there is`);
  const findings: Finding[] = [];
  const refuse = (text: string): void => void findings.push({ level: "refuse", text });
  // The instance it was taken of may be called otherwise by now, or be gone; what it is called here and its tag decide.
  const named = snapshot.instance === serving.id || snapshot.instance.startsWith(`${serving.id}-`);
  const tagged = snapshot.tags["mate-tenant"] ?? serving.tags["mate-tenant"];
  if (!named || tagged !== serving.tags["mate-tenant"]) {
    refuse(`${id} is a snapshot of ${snapshot.instance}, not of ${serving.id}`);
  }
  if (!snapshot.ready || snapshot.at === undefined) refuse(`${id} is not finished yet`);
  if (snapshot.engine !== serving.engine) refuse(`${id} is of ${snapshot.engine}, ${serving.id} is ${serving.engine}`);
  const [was, is] = [snapshot.version, serving.settings.engineVersion].map((version) => version.split(".")[0]);
  if (was !== is) {
    refuse(
      `${id} is of PostgreSQL ${snapshot.version} and ${serving.id} runs ${serving.settings.engineVersion}; a major version is not crossed by a restore`,
    );
  }
  return {
    ...(snapshot.at !== undefined && { at: snapshot.at }),
    source: { kind: "snapshot", id: snapshot.id },
    version: snapshot.version,
    findings,
  };
}

function refused(text: string): FoundSource {
  return { findings: [{ level: "refuse", text }] };
}
