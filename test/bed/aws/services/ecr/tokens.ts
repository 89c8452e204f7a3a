/** Tokens with which clients log in to the image registry. */
import type { Caller, World } from "../../kernel.ts";

interface Token {
  readonly account: string;
  readonly region: string;
  /** Bed time in milliseconds. */
  readonly expiresAt: number;
}

/** ECR's tokens hold for twelve hours. */
const LIFETIME = 12 * 60 * 60 * 1000;

/** Issues a token; it is what follows `AWS:` in the answer of GetAuthorizationToken. */
export function issueToken(
  world: World,
  { account, region }: Pick<Caller, "account" | "region">,
): { readonly password: string; readonly expiresAt: number } {
  const password = Buffer.from(JSON.stringify({ payload: world.hex(40), version: 2, type: "DATA_KEY" })).toString(
    "base64",
  );
  const expiresAt = world.clock.now() + LIFETIME;
  tokensOf(world).set(password, { account, region, expiresAt });
  return { password, expiresAt };
}

/** Whose registry a token opens; undefined if it is none or no longer. */
export function tokenOwner(world: World, password: string): Pick<Caller, "account" | "region"> | undefined {
  const token = tokensOf(world).get(password);
  return token === undefined || token.expiresAt <= world.clock.now() ? undefined : token;
}

function tokensOf(world: World): Map<string, Token> {
  return world.store("ecr-tokens", { account: "*", region: "*" }, () => new Map<string, Token>());
}
