/** A job's OIDC token for AWS (GitHub docs, "OpenID Connect reference"). */
import { OperatorError } from "../domain/operator-error.ts";

/** Seven tries wait for half a minute in all: a job that works for hours asks often, and must not end half-way because of one answer. */
const tries = 7;

/** Milliseconds until a try that nobody answers counts as failed. */
const patience = 10_000;

/**
 * Asks GitHub for a token; its faults, its limits and broken connections are waited out.
 *
 * @param environment the process's environment variables: the request's URL and token are there only with `id-token: write`
 * @throws OperatorError `no-id-token` if the job may not ask
 */
export async function requestIdToken(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
  if (url === undefined || token === undefined) {
    throw new OperatorError(
      "no-id-token",
      "this job cannot ask for an OIDC token; give it the permission id-token: write",
    );
  }
  const address = new URL(url);
  address.searchParams.set("audience", "sts.amazonaws.com");
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(address, token);
    if (typeof answer === "string") return answer;
    if (!answer.passes || attempt === tries) throw answer.failed;
    await new Promise((resolve) => {
      setTimeout(resolve, 2 ** attempt * 250);
    });
  }
}

/** @returns the token, or why there is none and whether that may pass */
async function ask(
  address: URL,
  token: string,
): Promise<string | { readonly failed: unknown; readonly passes: boolean }> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers, signal: AbortSignal.timeout(patience) });
    if (!response.ok) {
      const failed = new Error(`GitHub answered ${response.status} when asked for an OIDC token`);
      return { failed, passes: response.status >= 500 || response.status === 429 };
    }
    const { value } = (await response.json()) as { readonly value: string };
    return value;
  } catch (failed) {
    return { failed, passes: true };
  }
}
