/** What the bed's RDS says about the instance at an endpoint, and the secrets that open it. */
import type { Rehearsal } from "../fixtures/rehearsal.ts";
import type { Instance } from "./databases.ts";

interface Shown {
  readonly DBInstanceIdentifier: string;
  readonly DBName?: string;
  readonly MasterUsername: string;
  readonly Endpoint?: { readonly Address: string };
  readonly MasterUserSecret?: { readonly SecretArn: string };
}

/** @throws if no instance has this endpoint now, as its name could then not be looked up */
export async function instanceAt({ invoke }: Pick<Rehearsal, "invoke">, host: string): Promise<Instance> {
  let marker: string | undefined;
  do {
    const page: { readonly DBInstances: readonly Shown[]; readonly Marker?: string } = await invoke(
      "rds",
      "DescribeDBInstances",
      marker === undefined ? {} : { Marker: marker },
    );
    const shown = page.DBInstances.find(({ Endpoint }) => Endpoint?.Address === host);
    if (shown !== undefined) {
      const password =
        shown.MasterUserSecret === undefined ? "" : await passwordIn(invoke, shown.MasterUserSecret.SecretArn);
      const master = { user: shown.MasterUsername, password };
      return { id: shown.DBInstanceIdentifier, host, database: shown.DBName ?? "mate", master };
    }
    marker = page.Marker;
  } while (marker !== undefined);
  throw new Error(`no database instance has the endpoint ${host}`);
}

async function passwordIn(invoke: Rehearsal["invoke"], SecretId: string): Promise<string> {
  const { SecretString } = await invoke<{ SecretString: string }>("secrets-manager", "GetSecretValue", { SecretId });
  return (JSON.parse(SecretString) as { readonly password: string }).password;
}
