import * as z from "zod";
import { GitHubFailure } from "../failure.ts";
import { readCommit } from "../git/commits.ts";
import { listRefs } from "../git/storage.ts";
import { commitShape } from "../shapes/commit.ts";
import { branchShape, protectionShape } from "../shapes/repository.ts";
import { noContent, ok, paged } from "./answers.ts";
import { bodyOf, type RepositoryCall, type Route, reading, repositoryRoute } from "./router.ts";

const ADMIN = { role: "admin", scopes: ["administration:write"] } as const;

const protectionBody = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean().optional(),
      contexts: z.array(z.string()).optional(),
      checks: z.array(z.object({ context: z.string() })).optional(),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({
      dismiss_stale_reviews: z.boolean().optional(),
      required_approving_review_count: z.number().int().min(0).max(6).optional(),
    })
    .nullable(),
  restrictions: z.unknown(),
});

/** Branches and their protection. */
export const branchRoutes: readonly Route[] = [
  repositoryRoute("GET /branches", reading("contents:read"), async (call) => {
    const all = [...(await branches(call))].map(([name, sha]) => ({ name, sha }));
    const wanted = call.query.get("protected");
    const kept = all.filter(({ name }) => wanted === null || String(call.repository.protections.has(name)) === wanted);
    return paged(call, kept, { shape: (branch) => branchShape(call.world, call.repository, branch) });
  }),
  repositoryRoute("GET /branches/{branch+}/protection", { role: "admin", scopes: ["administration:read"] }, (call) => {
    const branch = call.param("branch");
    return ok(protectionShape(call.world, call.repository, branch, protectionOf(call, branch)));
  }),
  repositoryRoute("PUT /branches/{branch+}/protection", ADMIN, (call) => {
    const asked = bodyOf(call, protectionBody);
    const checks = asked.required_status_checks;
    const reviews = asked.required_pull_request_reviews;
    const protection = {
      requiredChecks: checks?.checks?.map((check) => check.context) ?? checks?.contexts ?? [],
      strict: checks?.strict ?? false,
      requiredApprovals: reviews === null ? 0 : (reviews.required_approving_review_count ?? 1),
      dismissStaleReviews: reviews?.dismiss_stale_reviews ?? false,
      enforceAdmins: asked.enforce_admins ?? false,
    };
    call.repository.protections.set(call.param("branch"), protection);
    return ok(protectionShape(call.world, call.repository, call.param("branch"), protection));
  }),
  repositoryRoute("DELETE /branches/{branch+}/protection", ADMIN, (call) => {
    protectionOf(call, call.param("branch"));
    call.repository.protections.delete(call.param("branch"));
    return noContent();
  }),
  repositoryRoute("GET /branches/{branch+}", reading("contents:read"), async (call) => {
    const { world, repository } = call;
    const name = call.param("branch");
    const sha = (await branches(call)).get(name);
    if (sha === undefined) throw new GitHubFailure(404, "Branch not found");
    const commit = commitShape(world, repository, await readCommit(repository.dir, sha));
    return ok({ ...branchShape(world, repository, { name, sha }), commit });
  }),
];

async function branches(call: RepositoryCall): Promise<ReadonlyMap<string, string>> {
  const refs = await listRefs(call.repository.dir, "refs/heads/");
  return new Map([...refs].map(([ref, sha]) => [ref.replace("refs/heads/", ""), sha]));
}

function protectionOf(call: RepositoryCall, branch: string) {
  const protection = call.repository.protections.get(branch);
  if (protection === undefined) throw new GitHubFailure(404, "Branch not protected");
  return protection;
}
