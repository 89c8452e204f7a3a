/** What a person at a terminal can do about a request that GitHub did not answer as hoped. */

/**
 * @param error whatever was thrown while a pull request was opened
 * @returns what happened and what to do, or undefined where it was no request to GitHub that failed
 */
export function gitHubFailure(error: unknown): string | undefined {
  // The shape of octokit's RequestError; a request that found nobody has no response.
  if (!(error instanceof Error) || error.name !== "HttpError" || !("status" in error)) return undefined;
  const { host } = new URL((error as { readonly request?: { readonly url: string } }).request?.url ?? "https://?");
  const { response } = error as { readonly response?: unknown };
  if (response === undefined) return `${host} cannot be reached (${error.message}); ${without}`;
  switch (error.status) {
    case 401:
      return `${host} does not accept the token in GITHUB_TOKEN (${error.message})`;
    case 403:
    case 404:
      return `${host} does not let this token open a pull request (${error.status}: ${error.message}); it needs to write contents and pull requests of this repository`;
    default:
      return `${host} answered ${String(error.status)}: ${error.message}; try again, or ${without}`;
  }
}

const without = "without --open a branch is left here instead";
