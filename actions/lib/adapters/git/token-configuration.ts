/**
 * Environment variables that make git send a token to one server and to no other. Nothing of it is on a command line, where other
 * processes could read it, or in a file (git docs, git-config, "GIT_CONFIG_COUNT").
 *
 * @param url the repository; the token goes to its scheme, host and port
 * @param before the environment git will be started in; what it configures in this way already is kept
 */
export function tokenConfiguration(
  url: string,
  token: string | undefined,
  before: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  const count = Number(before.GIT_CONFIG_COUNT ?? "0");
  const credential = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: `http.${new URL(url).origin}/.extraheader`,
    [`GIT_CONFIG_VALUE_${count}`]: `AUTHORIZATION: basic ${credential}`,
  };
}
