import { writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { GitHubFailure, notFound } from "../failure.ts";
import { runOf, type World } from "../world.ts";
import { POLICY, page } from "./frame.ts";
import { html } from "./html.ts";
import { indexPage, repositoryPage, runPage } from "./lists.ts";
import { issuePage } from "./pull.ts";

/** Serves what people see: the index, repositories, pull requests, issues and workflow runs. */
export async function servePage(
  world: World,
  { response, path }: { readonly response: ServerResponse; readonly path: string },
): Promise<void> {
  const { status, text } = await answer(world, path);
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

/**
 * Writes the page of a pull request or issue to a file that needs nothing else.
 *
 * @throws GitHubFailure 404 when there is none of that number
 */
export async function writePullRequestPage(
  { world }: { readonly world: World },
  asked: { readonly owner: string; readonly repo: string; readonly number: number; readonly file: string },
): Promise<void> {
  const repository = world.repository(asked.owner, asked.repo);
  if (repository === undefined) throw notFound();
  await writeFile(asked.file, await issuePage(world, repository, asked.number));
}

async function answer(world: World, path: string): Promise<{ readonly status: number; readonly text: string }> {
  try {
    return { status: 200, text: await pageAt(world, path) };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    const body = html`<h1 class="title">There is no page here</h1><p class="dim">${path}</p>`;
    return { status: error.status, text: page({ title: "Not found", body }) };
  }
}

async function pageAt(world: World, path: string): Promise<string> {
  const [owner = "", name = "", kind = "", id = "", run = ""] = path.split("/").filter((part) => part !== "");
  if (owner === "") return indexPage(world);
  const repository = world.repository(owner, name);
  if (repository === undefined) throw notFound();
  if (kind === "") return repositoryPage(repository);
  if (kind === "pull" || kind === "issues") return issuePage(world, repository, Number(id));
  if (kind === "actions" && id === "runs") return runPage(repository, runOf(repository, Number(run)));
  throw notFound();
}
