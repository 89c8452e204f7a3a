/** A job that works for hours asks GitHub for a token again and again; one answer that fails must not end its work half-way. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { runContext } from "../../actions/lib/runtime/context.ts";

const event = new URL("../../tenants/schema.json", import.meta.url).pathname;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** GitHub's issuer that answers with these one after the other, a connection that breaks included; then always with a token. */
async function issuer(answers: readonly (number | "broken")[]) {
  const asked: string[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? "", "http://issuer").searchParams.get("audience") ?? "");
    const answer = left.shift() ?? 200;
    if (answer === "broken") request.socket.destroy();
    else response.writeHead(answer).end(answer === 200 ? JSON.stringify({ value: "a-token" }) : "try again");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const context = runContext({
    ...{ GITHUB_REPOSITORY: "mate/tenants", GITHUB_RUN_ID: "1", GITHUB_SERVER_URL: "https://github.test" },
    ...{ GITHUB_API_URL: "https://api.github.test", GITHUB_SHA: "0".repeat(40), GITHUB_ACTOR: "alice" },
    ...{ GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: event, GITHUB_WORKSPACE: "/nowhere" },
    ...{ ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0` },
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request",
  });
  return { asked, idToken: context.idToken };
}

test("a fault and a broken connection are waited out", async () => {
  const { idToken, asked } = await issuer([503, "broken"]);

  expect(await idToken()).toBe("a-token");
  expect(asked).toEqual(Array(3).fill("sts.amazonaws.com"));
});

test("a refusal is told at once: asked again it would be the same", async () => {
  const { idToken, asked } = await issuer([403]);

  await expect(idToken()).rejects.toThrow("GitHub answered 403 when asked for an OIDC token");
  expect(asked).toHaveLength(1);
});
