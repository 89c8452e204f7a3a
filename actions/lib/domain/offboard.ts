/**
 * The end of a tenant: what goes, what stays and until when. The same table says it in the plan, before, and in the certificate,
 * afterwards; a test holds it against the template's deletion policies.
 */
import { holdsData } from "./data-resource.ts";
import type { FailedPlan, ResourceChange, ServiceChange, TenantPlan } from "./plan.ts";
import type { Stack, StackDesire } from "./stack.ts";
import { dumpDays, dumpUrl, type TrialDump } from "./trial-dump.ts";

/** What becomes of a resource when its stack is deleted. */
export type Parting = "goes" | "stays" | "snapshot";

/** Of every type in the tenant template that holds data; what is not here and holds data stops the off-boarding. */
const partings: Readonly<Record<string, { readonly parting: Parting; readonly until: string }>> = {
  "AWS::RDS::DBInstance": { parting: "snapshot", until: "its final snapshot is kept until somebody deletes it" },
  "AWS::ElastiCache::ReplicationGroup": {
    parting: "snapshot",
    until: "its final snapshot is kept until somebody deletes it",
  },
  "AWS::S3::Bucket": { parting: "stays", until: "kept with all versions until somebody empties and deletes it" },
  "AWS::EFS::FileSystem": { parting: "stays", until: "kept until somebody deletes it" },
  "AWS::KMS::Key": { parting: "stays", until: "kept: without it nothing that stays can be read" },
  "AWS::Logs::LogGroup": { parting: "stays", until: "kept; its lines expire after the tenant's retention" },
  "AWS::SecretsManager::Secret": {
    parting: "goes",
    until: "deleted at once, without a recovery window; its name is free",
  },
  "AWS::Cognito::UserPoolClient": { parting: "goes", until: "deleted; accounts stay in the central user pool" },
  "AWS::Cognito::UserPoolIdentityProvider": {
    parting: "goes",
    until: "deleted; the hospital's own provider is not touched",
  },
  "AWS::Cognito::UserPoolGroup": {
    parting: "goes",
    until: "deleted with the list of who is in it; accounts stay in the central user pool",
  },
  "AWS::EFS::AccessPoint": { parting: "goes", until: "deleted; the files behind it stay" },
};

/** A trial's database is not a resource of its stack. */
const sharedDatabase = `a last dump is kept in its bucket for ${dumpDays} days, then database and role are dropped there, and its number of the shared Redis is emptied; no other trial's is touched`;

/** The last dump of a trial's database, as the certificate lists it. */
export function keptDump(dump: TrialDump): OffboardCertificate["kept"][number] {
  return {
    logicalId: "TrialDatabase",
    type: "PostgreSQL dump",
    physicalId: dumpUrl(dump),
    until: `kept for ${dumpDays} days; a new file of the same name is loaded from it`,
  };
}

export interface PartingResource {
  readonly logicalId: string;
  readonly type: string;
  readonly parting: Parting;
  /** What it means for its data; empty if it has none. */
  readonly until: string;
}

/** Each resource with what becomes of it; `undecided` are those that hold data and nobody decided about. */
export function partingOf(resources: readonly { readonly logicalId: string; readonly type: string }[]): {
  readonly known: readonly PartingResource[];
  readonly undecided: readonly string[];
} {
  const known: PartingResource[] = [];
  const undecided: string[] = [];
  for (const { logicalId, type } of resources) {
    const decided = partings[type];
    if (decided !== undefined) known.push({ logicalId, type, ...decided });
    else if (holdsData(type)) undecided.push(`${logicalId} (${type})`);
    else known.push({ logicalId, type, parting: "goes", until: "" });
  }
  return { known, undecided };
}

/** Types the table decides about, for the test that holds it against the template. */
export const decidedTypes: ReadonlyMap<string, Parting> = new Map(
  Object.entries(partings).map(([type, { parting }]) => [type, parting]),
);

export interface OffboardSubject {
  readonly tenant: string;
  readonly displayName: string;
  readonly environment: string;
  readonly tier: string;
  readonly stack: string;
  /** The file that goes, as it was. */
  readonly source: { readonly file: string; readonly line: number };
}

/** What an off-boarding finds: the stack with its resources, and its services. */
export interface OffboardFacts {
  readonly stack?: Pick<Stack, "name">;
  readonly resources: readonly { readonly logicalId: string; readonly type: string }[];
  readonly services: readonly { readonly name: string; readonly desiredCount: number; readonly runningCount: number }[];
  /** Identifier of its database, if that was stopped with the tenant. */
  readonly stoppedDatabase?: string;
  /** Operation of a restore of the tenant that is not over. */
  readonly restore?: string;
  /** Operations of restores that are over and put a database away, which is still there. */
  readonly putAway: readonly string[];
}

/** Why a tenant cannot be off-boarded now, in words; undefined if it can. */
export function offboardRefusal(
  { tenant, stack }: Pick<OffboardSubject, "tenant" | "stack">,
  facts: OffboardFacts,
): string | undefined {
  const running = facts.services.filter(({ desiredCount, runningCount }) => desiredCount > 0 || runningCount > 0);
  if (running.length > 0) {
    const names = running.map(({ name }) => name.slice(stack.length + 1)).join(", ");
    return `${tenant} still runs ${names}; only a suspended tenant can be removed. Put its file back with state: suspended, merge that, then delete the file`;
  }
  if (facts.restore !== undefined) {
    return `restore ${facts.restore} of ${tenant} is not over; go on with it, or end it with abort or undo, before ${tenant} is removed`;
  }
  if (facts.putAway.length > 0) {
    const operations = facts.putAway.join(", ");
    return `a database that ${operations} put away is no part of the stack, and in none of what is kept of it; end it with mode discard of the restore form, which keeps a last snapshot of an instance and none of a trial's database, before ${tenant} is removed`;
  }
  const { undecided } = partingOf(facts.resources);
  if (undecided.length === 0) return undefined;
  return `nobody decided what becomes of ${undecided.join(", ")}, which may hold data; say so in actions/lib/domain/offboard.ts first`;
}

/** The plan of an off-boarding, as the pull request shows it. */
export function offboardPlan(subject: OffboardSubject, facts: OffboardFacts): TenantPlan | FailedPlan {
  const { tenant, environment, stack, source } = subject;
  const refusal = offboardRefusal(subject, facts);
  if (refusal !== undefined) return { tenant, environment, stack, cause: refusal, source };
  const { known } = partingOf(facts.resources);
  const staying = known.filter(({ until }) => until !== "");
  const resources = known.map(
    ({ logicalId, type, parting }): ResourceChange => ({
      logicalId,
      type,
      action: "remove",
      replacement: "never",
      policyAction: parting === "stays" ? "Retain" : parting === "snapshot" ? "Snapshot" : "Delete",
      properties: [],
    }),
  );
  return {
    ...subject,
    kind: "offboard",
    fingerprint: "offboard",
    resources,
    services: facts.services.map(
      ({ name }): ServiceChange => ({
        kind: "remove",
        service: name.slice(stack.length + 1),
        from: "0 tasks",
      }),
    ),
    release: { to: "none" },
    cost: { after: { floor: 0, ceiling: 0, unknown: [] } },
    // Deleting the file of a suspended tenant, in a pull request of its own, is the permission; nothing is lost that holds patients' data.
    dangers: [],
    notes: [
      `${tenant} is removed for good: services and stack go, its address stops answering`,
      ...(facts.stoppedDatabase === undefined
        ? []
        : [
            `its database ${facts.stoppedDatabase} is stopped, and RDS changes none that is: it is started first, which takes minutes`,
          ]),
      ...staying.map(({ logicalId, until }) => `${logicalId}: ${until}`),
      ...(subject.tier === "trial" ? [`its database on the shared instance: ${sharedDatabase}`] : []),
      "what was kept is written down in the journal as a certificate",
    ],
  };
}

/** The present stack with its protection off, so that it can be deleted; nothing else differs. */
export function unprotected(stack: Stack, template: string): StackDesire {
  return {
    name: stack.name,
    template,
    parameters: { ...stack.parameters, DeletionProtection: "false" },
    tags: stack.tags,
  };
}

/** `operations/offboard/hospital-a.json`: what the stack had, until the certificate is written, and then where that is. */
export function offboardKey(tenant: string): string {
  return `operations/offboard/${tenant}.json`;
}

/** What was kept of a tenant, for the auditor, as the journal has it. */
export interface OffboardCertificate {
  readonly operation: string;
  readonly verb: "offboard";
  readonly tenant: string;
  readonly environment: string;
  readonly actor: string;
  readonly commit: string;
  readonly run: string;
  readonly at: string;
  readonly outcome: "changed";
  readonly stack: string;
  readonly kept: readonly {
    readonly logicalId: string;
    readonly type: string;
    readonly physicalId: string;
    readonly until: string;
  }[];
  readonly snapshots: readonly string[];
  /** The last of them, which has the database as it was when the tenant left. */
  readonly finalSnapshot?: string;
  readonly gone: readonly string[];
  /** When its database, which was stopped, was started for the last snapshot. */
  readonly databaseStarted?: string;
}
