import type { AdoptedValue } from "../domain/drift-adoption.ts";

/** Tenants' files as texts, to be changed and looked at before anybody commits them. */
export interface TenantTexts {
  /**
   * A tenant's file with values changed and everything else as it is written, and what is wrong with it then, as a pull request with
   * it would be told: rules of its tier, of the fleet, and of changes that are data migrations.
   *
   * @returns problems in words; empty if it could be merged. `text` is that of the file as it is if a value cannot be written
   */
  edit(
    tenant: string,
    values: readonly AdoptedValue[],
  ): { readonly file: string; readonly text: string; readonly problems: readonly string[] };
}
