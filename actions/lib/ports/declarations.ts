import type { Environment } from "../domain/environment.ts";
import type { Problem } from "../domain/problem.ts";
import type { Tenant } from "../domain/tenant.ts";
import type { TenantTemplate } from "../domain/tenant-stack.ts";

export interface DeclaredTenant {
  readonly tenant: Tenant;
  /** Path of its file. */
  readonly file: string;
  /** Where a value stands in the file, or its nearest parent; both from 1. */
  locate(path: readonly (string | number)[]): { readonly line: number; readonly column: number };
}

/** Everything the repository declares at one commit. */
export interface Declarations {
  readonly tenants: ReadonlyMap<string, DeclaredTenant>;
  readonly environments: ReadonlyMap<string, Environment>;
  /** Where a value of a declared environment stands. */
  locate(environment: string, path: readonly (string | number)[]): Pick<Problem, "file" | "line" | "column">;
  readonly template: TenantTemplate;
  /** While there is one, nothing is planned or deployed. */
  readonly problems: readonly Problem[];
}
