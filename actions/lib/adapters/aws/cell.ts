import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import type { Environment } from "../../domain/environment.ts";
import { type RoleKind, roleArn } from "../../domain/environment-names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Progress } from "../../ports/progress.ts";
import type { Trace } from "../../ports/trace.ts";
import { systemClock } from "../clock.ts";
import { type CallTrace, callTrace } from "./call-trace.ts";
import { type AwsClientSettings, awsClientSettings } from "./client.ts";
import { oidcCredentials } from "./credentials.ts";
import { type CallScheduler, callScheduler } from "./scheduler.ts";

/** What a part of a cell is made from. */
export interface Connection {
  readonly environment: Environment;
  readonly kind: RoleKind;
  readonly client: AwsClientSettings;
  /** What lets the calls of this process out to the environment's account and region. */
  readonly calls: CallScheduler;
  /** What notes the calls of this process. */
  readonly trace: CallTrace;
  readonly clock: Clock;
}

/** A connection to an environment with these credentials; one per process, because it keeps count of the calls. */
export function connectTo(
  environment: Environment,
  settings: {
    readonly kind: RoleKind;
    readonly credentials: AwsCredentialIdentityProvider;
    readonly clock: Clock;
    readonly progress?: Progress;
  },
): Connection {
  const { kind, credentials, clock } = settings;
  return {
    environment,
    kind,
    clock,
    client: awsClientSettings(environment.region, credentials),
    calls: callScheduler({ ...settings, sharePercent: environment.limits.apiSharePercent }),
    trace: callTrace(clock),
  };
}

/** Parts by their name in Cell; each brings the SDK clients it needs into the bundle, so an action names only what it uses. */
export type Parts = Readonly<Record<string, (connection: Connection) => unknown>>;

export type CellOf<P extends Parts> = { readonly environment: Environment; readonly trace: Trace } & {
  readonly [name in keyof P]: ReturnType<P[name]>;
};

/**
 * The AWS of each environment, reached with the role of one kind of work. Asking twice for an environment gives the same cell, so
 * that its clients and credentials are shared.
 *
 * @param settings.session shown in CloudTrail as the session's name: who and which run
 * @param settings.clockSpeed how much faster than real time a rehearsal runs
 */
export function awsCells<P extends Parts>(
  settings: {
    readonly kind: RoleKind;
    readonly session: string;
    readonly idToken: () => Promise<string>;
    readonly clockSpeed?: number;
    readonly progress?: Progress;
  },
  parts: P,
): (environment: Environment) => CellOf<P> {
  const cells = new Map<string, CellOf<P>>();
  return (environment) => {
    const known = cells.get(environment.name);
    if (known !== undefined) return known;
    const { region } = environment;
    const credentials: AwsCredentialIdentityProvider = oidcCredentials({
      ...settings,
      region,
      role: roleArn(environment, settings.kind),
    });
    const connection = connectTo(environment, { ...settings, credentials, clock: systemClock(settings.clockSpeed) });
    const made = Object.entries(parts).map(([name, part]) => [name, part(connection)]);
    const cell = { environment, trace: connection.trace, ...Object.fromEntries(made) } as CellOf<P>;
    cells.set(environment.name, cell);
    return cell;
  };
}
