import type { Files } from "./actor.ts";
import { git } from "./git/command.ts";
import { NO_COMMIT } from "./git/commits.ts";
import { createBareRepository, importFolder } from "./git/storage.ts";
import { commitFiles } from "./git/trees.ts";
import { announce } from "./operations/announce.ts";
import type { Repository, RepositorySettings, Role, User } from "./records.ts";
import type { World } from "./world.ts";

export interface RepositoryWish {
  readonly owner: string;
  readonly name: string;
  /** First commit: a folder (minding its .gitignore), or files given here; without either the repository is empty. */
  readonly from?: string;
  readonly files?: Files;
  readonly visibility?: "private" | "public";
  readonly defaultBranch?: string;
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** Roles of teams, by `organization/slug`. */
  readonly teams?: Readonly<Record<string, Role>>;
  readonly settings?: Partial<RepositorySettings>;
}

/** Numbers GitHub has given away long ago. */
const KNOWN_IDS: Readonly<Record<string, number>> = {
  "github-actions[bot]": 41_898_282,
  "dependabot[bot]": 49_699_333,
};

/** A person, bot or organization; the one that exists when the login is known already. */
export function addUser(
  world: World,
  {
    login,
    type = "User",
    name = login,
  }: { readonly login: string; readonly type?: User["type"]; readonly name?: string },
): User {
  const existing = world.user(login);
  if (existing !== undefined) return existing;
  const user = { id: KNOWN_IDS[login] ?? world.nextId() + 5_000_000, login, type, name };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** Founds a repository: git storage, first commit, the roles people have. Its owner comes into being with it. */
export async function foundRepository(world: World, wish: RepositoryWish): Promise<Repository> {
  const owner = addUser(world, { login: wish.owner, type: "Organization" });
  if (!world.organizationMembers.has(owner.login.toLowerCase()) && owner.type === "Organization") {
    world.organizationMembers.set(owner.login.toLowerCase(), new Map());
  }
  const repository = emptyRepository(world, { wish, owner, parent: undefined });
  if (world.repositories.has(repository.fullName.toLowerCase()))
    throw new Error(`${repository.fullName} exists already`);
  for (const [login, role] of Object.entries(wish.collaborators ?? {})) {
    addUser(world, { login });
    repository.collaborators.set(login.toLowerCase(), role);
  }
  for (const [team, role] of Object.entries(wish.teams ?? {})) repository.teams.set(team.toLowerCase(), role);

  await createBareRepository(repository.dir, repository.defaultBranch);
  const author = world.signature(owner);
  if (wish.from !== undefined) {
    await importFolder(repository.dir, { folder: wish.from, branch: repository.defaultBranch, author });
  } else if (wish.files !== undefined) {
    const changes = Object.entries(wish.files).map(([path, content]) => ({ path, content }));
    const sha = await commitFiles(repository.dir, { parent: undefined, changes, message: "Initial commit", author });
    await git(repository.dir, ["update-ref", `refs/heads/${repository.defaultBranch}`, sha, NO_COMMIT]);
  }
  world.repositories.set(repository.fullName.toLowerCase(), repository);
  return repository;
}

/** Forks a repository into somebody's account, with all its branches. */
export async function forkRepository(world: World, source: Repository, owner: User): Promise<Repository> {
  const wish = { owner: owner.login, name: source.name, defaultBranch: source.defaultBranch };
  const visibility = source.private ? ("private" as const) : ("public" as const);
  const fork = emptyRepository(world, { wish: { ...wish, visibility }, owner, parent: source.fullName });
  await createBareRepository(fork.dir, fork.defaultBranch);
  await git(fork.dir, ["fetch", "--quiet", source.dir, "+refs/heads/*:refs/heads/*"]);
  world.repositories.set(fork.fullName.toLowerCase(), fork);
  return fork;
}

/** Lets a cron schedule of the default branch fire now. */
export async function fireSchedule(world: World, repository: Repository, cron: string): Promise<void> {
  const user = repository.owner.type === "Organization" ? addUser(world, BOT) : repository.owner;
  await announce(world, repository, {
    name: "schedule",
    doer: { user, startsWorkflows: true, mayChangeWorkflows: false },
    payload: { schedule: cron },
    bare: true,
  });
}

const BOT = { login: "github-actions[bot]", type: "Bot", name: "github-actions[bot]" } as const;

function emptyRepository(
  world: World,
  { wish, owner, parent }: { readonly wish: RepositoryWish; readonly owner: User; readonly parent: string | undefined },
): Repository {
  const at = world.clock.now();
  return {
    id: world.nextId() + 700_000_000,
    owner,
    name: wish.name,
    fullName: `${owner.login}/${wish.name}`,
    dir: world.repositoryDir(owner.login, wish.name),
    createdAt: at,
    pushedAt: at,
    private: wish.visibility !== "public",
    defaultBranch: wish.defaultBranch ?? "main",
    parent,
    settings: {
      allowAutoMerge: true,
      allowMergeCommit: true,
      allowSquashMerge: true,
      allowRebaseMerge: true,
      deleteBranchOnMerge: false,
      actionsMayCreatePulls: true,
      oidcSubject: "immutable",
      ...wish.settings,
    },
    collaborators: new Map(),
    teams: new Map(),
    protections: new Map(),
    labels: new Map(),
    issues: new Map(),
    comments: new Map(),
    checkRuns: new Map(),
    statuses: [],
    deployments: new Map(),
    environments: new Map(),
    workflows: new Map(),
    runs: new Map(),
    variables: new Map(),
    secrets: new Map(),
  };
}
