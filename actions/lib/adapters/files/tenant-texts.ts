import type { AdoptedValue } from "../../domain/drift-adoption.ts";
import { OperatorError } from "../../domain/operator-error.ts";
import { tenantChangeFindings } from "../../domain/tenant-change.ts";
import type { TenantTexts } from "../../ports/tenant-texts.ts";
import { editScalar } from "./edit-scalar.ts";
import { editTenant } from "./edit-tenant.ts";
import { folderFiles } from "./folder-files.ts";
import { readRepository } from "./repository.ts";
import type { SourceFile } from "./source-file.ts";

/** The tenants' files of the checkout at `root`. */
export async function loadTenantTexts(root: string): Promise<TenantTexts> {
  return tenantTexts(await folderFiles(root));
}

/** The tenants' files among these. */
export function tenantTexts(files: readonly SourceFile[]): TenantTexts {
  const before = readRepository(files);
  return {
    edit: (tenant, values) => {
      const file = `tenants/${tenant}.yml`;
      const present = new TextDecoder().decode(files.find(({ path }) => path === file)?.bytes);
      const written = edited(present, values);
      if (!written.ok) return { file, text: present, problems: [written.why] };
      const bytes = new TextEncoder().encode(written.text);
      const after = readRepository([
        ...files.filter(({ path }) => path !== file),
        { path: file, kind: "file", size: bytes.length, bytes },
      ]);
      const [was, is] = [before.tenants.get(tenant)?.tenant, after.tenants.get(tenant)?.tenant];
      const migrations = was === undefined || is === undefined ? [] : tenantChangeFindings(was, is);
      // What is wrong elsewhere was wrong before, and keeps nobody from writing down what is true here.
      const problems = [...after.problems.filter((one) => one.file === file), ...migrations];
      return { file, text: written.text, problems: problems.map(({ message }) => message) };
    },
  };
}

type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

function edited(text: string, values: readonly AdoptedValue[]): Edited {
  try {
    return { ok: true, text: values.reduce(withValue, text) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { ok: false, why: error.message };
  }
}

function withValue(text: string, { path, value }: AdoptedValue): string {
  if (typeof value !== "object") return editScalar(text, path, value);
  const [, service] = path;
  if (service !== "django" && service !== "celery") throw new Error(`${path.join(".")} is no count of tasks`);
  return editTenant(text, { what: "count", service, count: value });
}
