/** Deployments share an hour's requests with commands. */
import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { expect, test } from "vitest";
import { gitHubDeployments } from "../../../actions/lib/adapters/github/deployments.ts";

/** A GitHub that only counts: how many requests are left of a thousand, and which were made. */
function counting(left: number) {
  const made: string[] = [];
  const answer = async (address: string | URL | Request): Promise<Response> => {
    made.push(new URL(String(address)).pathname);
    left -= 1;
    const headers = {
      ...{ "content-type": "application/json", "x-ratelimit-limit": "1000" },
      "x-ratelimit-remaining": String(left),
    };
    return new Response(JSON.stringify({ id: 7 }), { status: 201, headers });
  };
  const octokit = new (Octokit.plugin(paginateRest))({ request: { fetch: answer } });
  return { made, github: { octokit, owner: "a", repo: "b" } };
}

const deployment = (tenant: string) => ({
  ...{ environment: `${tenant}-production`, commit: "c".repeat(40), state: "success" as const },
  description: "deployed",
});

test("of a fleet's deployments as many are shown as leave a quarter of the hour's requests to commands", async () => {
  const { made, github } = counting(255);
  const deployments = gitHubDeployments(github);
  const shown: string[] = [];
  for (const tenant of ["clinic-a", "clinic-b", "clinic-c", "clinic-d", "clinic-e"]) {
    await deployments.record(deployment(tenant)).then(
      () => shown.push(tenant),
      (error: unknown) => expect(error).toMatchObject({ reasonCode: "requests-kept" }),
    );
  }

  expect(shown).toEqual(["clinic-a", "clinic-b", "clinic-c", "clinic-d"]);
  expect(made).toHaveLength(8);
});

test("where GitHub counts nothing, all are shown", async () => {
  const answer = async (): Promise<Response> =>
    new Response('{"id":7}', { status: 201, headers: { "content-type": "application/json" } });
  const octokit = new (Octokit.plugin(paginateRest))({ request: { fetch: answer } });
  const deployments = gitHubDeployments({ octokit, owner: "a", repo: "b" });

  await deployments.record(deployment("clinic-a"));
  await expect(deployments.record(deployment("clinic-b"))).resolves.toBeUndefined();
});
