import * as z from "zod";
import { notFound } from "../failure.ts";
import { ensureEnvironment } from "../operations/deployments.ts";
import type { Environment } from "../records.ts";
import { environmentShape } from "../shapes/deployment.ts";
import { iso } from "../shapes/people.ts";
import { created, noContent, ok, paged } from "./answers.ts";
import { bodyOf, type Call, type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

const READ = reading("actions:read");
const ADMIN = { role: "admin", scopes: ["administration:write"] } as const;
const variable = z.object({ name: z.string().regex(/^[A-Za-z_]\w*$/), value: z.string() });

/** Environments with their protection, and the variables and secrets of a repository and of its environments. */
export const environmentRoutes: readonly Route[] = [
  repositoryRoute("GET /environments", READ, (call) => {
    const all = [...call.repository.environments.values()];
    return paged(call, all, {
      shape: (each) => environmentShape(call.world, call.repository, each),
      wrap: (page) => ({ total_count: all.length, environments: page }),
    });
  }),
  repositoryRoute("GET /environments/{environment_name}", READ, (call) => {
    return ok(environmentShape(call.world, call.repository, theEnvironment(call)));
  }),
  repositoryRoute("PUT /environments/{environment_name}", ADMIN, (call) => {
    const asked = bodyOf(
      call,
      z.object({
        wait_timer: z.number().int().min(0).max(43_200).optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z
          .array(z.object({ type: z.enum(["User", "Team"]), id: z.number() }))
          .max(6)
          .nullish(),
        deployment_branch_policy: z
          .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
          .nullish(),
      }),
    );
    const environment = ensureEnvironment(call.world, call.repository, call.param("environment_name"));
    const policy = asked.deployment_branch_policy;
    environment.waitMinutes = asked.wait_timer ?? 0;
    environment.preventSelfReview = asked.prevent_self_review ?? false;
    environment.reviewers = asked.reviewers ?? [];
    environment.branchPolicy = !policy ? "any" : policy.protected_branches ? "protected" : "custom";
    return ok(environmentShape(call.world, call.repository, environment));
  }),
  repositoryRoute("DELETE /environments/{environment_name}", ADMIN, (call) => {
    call.repository.environments.delete(theEnvironment(call).name);
    return noContent();
  }),
  repositoryRoute("GET /environments/{environment_name}/deployment-branch-policies", READ, (call) => {
    const patterns = [...theEnvironment(call).branchPatterns];
    const branch_policies = patterns.map((name, index) => ({ id: index + 1, name, type: "branch" }));
    return ok({ total_count: patterns.length, branch_policies });
  }),
  repositoryRoute("POST /environments/{environment_name}/deployment-branch-policies", ADMIN, (call) => {
    const { name } = bodyOf(call, z.object({ name: z.string() }));
    const { branchPatterns } = theEnvironment(call);
    branchPatterns.add(name);
    return ok({ id: branchPatterns.size, name, type: "branch" });
  }),
  ...settingRoutes("/actions", (call) => call.repository),
  ...settingRoutes("/environments/{environment_name}", theEnvironment),
];

function theEnvironment(call: RepositoryCall): Environment {
  const environment = call.repository.environments.get(call.param("environment_name"));
  if (environment === undefined) throw notFound();
  return environment;
}

interface Settings {
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
}

/** Variables can be read; of secrets only the names. Setting secrets needs sodium, which the bed leaves to its own API. */
function settingRoutes(prefix: string, of: (call: RepositoryCall) => Settings): readonly Route[] {
  const readVariables = { role: "write", scopes: ["actions_variables:read", "variables:read"] } as const;
  const writeVariables = { role: "write", scopes: ["actions_variables:write", "variables:write"] } as const;
  const shape = (call: Call, [name, value]: readonly [string, string]) => {
    const at = iso(call.world.clock.now());
    return { name, value, created_at: at, updated_at: at };
  };
  return [
    repositoryRoute(`GET ${prefix}/variables`, readVariables, (call) => {
      const all = [...of(call).variables];
      const wrap = (page: readonly unknown[]) => ({ total_count: all.length, variables: page });
      return paged(call, all, { shape: (entry) => shape(call, entry), wrap });
    }),
    repositoryRoute(`GET ${prefix}/variables/{name}`, readVariables, (call) => {
      const name = call.param("name").toUpperCase();
      const value = of(call).variables.get(name);
      if (value === undefined) throw notFound();
      return ok(shape(call, [name, value]));
    }),
    repositoryRoute(`POST ${prefix}/variables`, writeVariables, (call) => {
      const { name, value } = bodyOf(call, variable);
      of(call).variables.set(name.toUpperCase(), value);
      return created({});
    }),
    repositoryRoute(`PATCH ${prefix}/variables/{name}`, writeVariables, (call) => {
      const { value } = bodyOf(call, z.object({ value: z.string() }));
      const name = call.param("name").toUpperCase();
      if (!of(call).variables.has(name)) throw notFound();
      of(call).variables.set(name, value);
      return noContent();
    }),
    repositoryRoute(`DELETE ${prefix}/variables/{name}`, writeVariables, (call) => {
      if (!of(call).variables.delete(call.param("name").toUpperCase())) throw notFound();
      return noContent();
    }),
    repositoryRoute(`GET ${prefix}/secrets`, { role: "write", scopes: ["secrets:read"] }, (call) => {
      const at = iso(call.world.clock.now());
      const all = [...of(call).secrets.keys()].map((name) => ({ name, created_at: at, updated_at: at }));
      const wrap = (page: readonly unknown[]) => ({ total_count: all.length, secrets: page });
      return paged(call, all, { shape: (entry) => entry, wrap });
    }),
  ];
}
