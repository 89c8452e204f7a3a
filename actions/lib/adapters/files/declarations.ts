import type { Declarations } from "../../ports/declarations.ts";
import { loadRepository, type Repository } from "./repository.ts";
import { readTemplate } from "./template.ts";

/** Path of the template all tenants' stacks are made from. */
export const tenantTemplatePath = "infra/tenant/tenant.yml";

/** What a read repository declares, with the tenant template's own problems among the others. */
export function toDeclarations(repository: Repository): Declarations {
  const text = repository.templates.get(tenantTemplatePath) ?? "";
  const template = readTemplate(text, tenantTemplatePath);
  return {
    tenants: new Map(
      [...repository.tenants].map(([name, { tenant, path, locate }]) => [
        name,
        { tenant, file: path, locate: (where) => locate([...where]) },
      ]),
    ),
    environments: new Map([...repository.environments].map(([name, { environment }]) => [name, environment])),
    locate: (environment, path) => {
      const found = repository.environments.get(environment);
      if (found === undefined) throw new Error(`environment ${environment} is declared nowhere`);
      return { file: found.path, ...found.locate([...path]) };
    },
    template: template.template,
    problems: [...repository.problems, ...template.problems],
  };
}

/** What the checkout at `root` declares. */
export async function loadDeclarations(root: string): Promise<Declarations> {
  return toDeclarations(await loadRepository(root));
}
