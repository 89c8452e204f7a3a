/** Random passwords as Secrets Manager makes them. */
import { AwsError, type World } from "../../kernel.ts";

export interface PasswordRules {
  readonly PasswordLength?: number | undefined;
  readonly ExcludeCharacters?: string | undefined;
  readonly ExcludeNumbers?: boolean | undefined;
  readonly ExcludePunctuation?: boolean | undefined;
  readonly ExcludeUppercase?: boolean | undefined;
  readonly ExcludeLowercase?: boolean | undefined;
  readonly IncludeSpace?: boolean | undefined;
  readonly RequireEachIncludedType?: boolean | undefined;
}

const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/**
 * A password by the rules, from the bed's seed.
 *
 * @throws AwsError InvalidParameterException if the rules leave no characters, or too short a length for them
 */
export function randomPassword(world: World, rules: PasswordRules): string {
  const excluded = new Set(rules.ExcludeCharacters ?? "");
  const kinds = [
    rules.ExcludeLowercase === true ? "" : "abcdefghijklmnopqrstuvwxyz",
    rules.ExcludeUppercase === true ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    rules.ExcludeNumbers === true ? "" : "0123456789",
    rules.ExcludePunctuation === true ? "" : PUNCTUATION,
    rules.IncludeSpace === true ? " " : "",
  ]
    .map((kind) => [...kind].filter((character) => !excluded.has(character)))
    .filter((kind) => kind.length > 0);
  const length = Number(rules.PasswordLength ?? 32);
  const each = rules.RequireEachIncludedType ?? true;
  if (kinds.length === 0 || length < 1 || length > 4096 || (each && length < kinds.length))
    throw new AwsError(
      "InvalidParameterException",
      "The password length and the excluded characters leave no possible password.",
    );
  const pick = (from: readonly string[]): string => from[Math.floor(world.chance() * from.length)] ?? "";
  const characters = each ? kinds.map(pick) : [];
  const all = kinds.flat();
  while (characters.length < length) characters.push(pick(all));
  return shuffled(world, characters).join("");
}

function shuffled(world: World, characters: readonly string[]): readonly string[] {
  const mixed = [...characters];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(world.chance() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] ?? "", mixed[last] ?? ""];
  }
  return mixed;
}
