import type { AwsCredentialIdentityProvider } from "@aws-sdk/types";
import type { Environment } from "../../domain/environment.ts";
import { type RoleKind, roleArn } from "../../domain/environment-names.ts";
import { type AwsClientSettings, awsClientSettings } from "./client.ts";
import { oidcCredentials } from "./credentials.ts";

/** What a part of a cell is made from. */
export interface Connection {
  readonly environment: Environment;
  readonly kind: RoleKind;
  readonly client: AwsClientSettings;
}

/** Parts by their name in Cell; each brings the SDK clients it needs into the bundle, so an action names only what it uses. */
export type Parts = Readonly<Record<string, (connection: Connection) => unknown>>;

export type CellOf<P extends Parts> = { readonly environment: Environment } & {
  readonly [name in keyof P]: ReturnType<P[name]>;
};

/**
 * The AWS of each environment, reached with the role of one kind of work. Asking twice for an environment gives the same cell, so
 * that its clients and credentials are shared.
 *
 * @param settings.session shown in CloudTrail as the session's name: who and which run
 */
export function awsCells<P extends Parts>(
  settings: { readonly kind: RoleKind; readonly session: string; readonly idToken: () => Promise<string> },
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
    const connection = { environment, kind: settings.kind, client: awsClientSettings(region, credentials) };
    const made = Object.entries(parts).map(([name, part]) => [name, part(connection)]);
    const cell = { environment, ...Object.fromEntries(made) } as CellOf<P>;
    cells.set(environment.name, cell);
    return cell;
  };
}
