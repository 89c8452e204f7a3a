import { OperatorError } from "../../actions/lib/domain/operator-error.ts";

/**
 * Which GitHub repository to open a pull request in, and as whom.
 *
 * @param environment GITHUB_TOKEN; GITHUB_REPOSITORY and GITHUB_API_URL where the remote does not tell
 * @param origin address of the remote `origin`, over https or ssh
 * @throws OperatorError `no-token`, or `no-repository` when neither says which
 */
export function gitHubOf(
  environment: Readonly<Record<string, string | undefined>>,
  origin: string | undefined,
): { readonly apiUrl: string; readonly token: string; readonly owner: string; readonly repository: string } {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: named, GITHUB_API_URL: api } = environment;
  if (token === undefined || token === "") {
    throw new OperatorError("no-token", "--open needs a token that can write to the repository, in GITHUB_TOKEN");
  }
  // https://host/owner/name.git, ssh://git@host/owner/name.git, git@host:owner/name.git
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/)?(?:[^@/]*@)?([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?\/?$/.exec(origin ?? "") ?? [];
  const [owner, repository] = (named ?? path ?? "").split("/");
  if (owner === undefined || owner === "" || repository === undefined) {
    throw new OperatorError("no-repository", "set GITHUB_REPOSITORY to OWNER/NAME; the remote origin does not say it");
  }
  return { apiUrl: api ?? apiOf(host), token, owner, repository };
}

function apiOf(host: string | undefined): string {
  return host === undefined || host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
}
