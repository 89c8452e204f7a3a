/**
 * Keeps secrets out of plans, logs and issues. Values are masked before they become part of any value of ours, so nothing further
 * down has to remember to.
 */

/** What stands for a value nobody should read. */
export const masked = "(sensitive)";

const secretWords =
  "password|passwd|passphrase|secret|secret_?string|secret_?key|token|private_?key|api_?key|access_?key|signing_?key|encryption_?key|credentials?|connection_?string|authorization|salt";

/** Names whose value is a secret: `MasterUserPassword`, `client_secret`, `DJANGO_SECRET_KEY`. Judged by how they end. */
const secretName = new RegExp(`(${secretWords})$`, "i");

/** Where a text goes on with such a value: `DATABASE_PASSWORD=`, and in quotes also `'PASSWORD': '`, as settings are printed. */
const called = `(?:${secretWords}|pwd)`;
const quoted = (mark: string): RegExp =>
  new RegExp(`(?<=${called}\\\\{0,3}["']?\\s{0,2}[:=]\\s{0,2}\\\\{0,3}${mark})[^${mark}\\n]+`, "gi");

/** Texts that are secrets whatever they are called. Each match is masked, the rest of the text stays. */
const secretTexts: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\b[rs]k_(live|test)_\w{10,}/g,
  // The password of an address: postgres://user:password@host
  /(?<=:\/\/[^\s:/?#@]{0,100}:)[^\s/?#@]+(?=@)/g,
  // The value of a secret in a connection string, a query, a list of variables: password=…
  new RegExp(`(?<=${called}=)[^\\s;&"']+`, "gi"),
  // With a colon and no quotes only under a name that no sentence has: DATABASE_PASSWORD: …
  new RegExp(`(?<=\\w_${called}: {0,2})[^\\s;&"']+`, "gi"),
  quoted('"'),
  quoted("'"),
  /(?<=authorization: {0,2}(?:bearer|basic) )\S+/gi,
];

const reference = /\{\{resolve:(secretsmanager|ssm-secure|ssm):[^}]*\}\}/g;

/**
 * A property's value as it may be shown.
 *
 * @param path of the property, as CloudFormation writes it: `/Properties/MasterUserPassword`
 * @param value text, or JSON of a structure, in which single members are masked
 */
export function shownValue(path: string, value: string): string {
  const name = path.split("/").findLast((part) => part !== "" && !/^\d+$/.test(part)) ?? "";
  // CloudFormation masks what a NoEcho parameter went into, and only that.
  if (/^\*{4,}$/.test(value)) return masked;
  if (/^\s*[[{]/.test(value)) {
    const structure = parsed(value);
    if (structure !== undefined) return JSON.stringify(shownMember(name, structure));
  }
  return shownText(name, value);
}

/** Free text, such as the reason of an event, without the secrets in it. */
export function withoutSecrets(text: string): string {
  const known = secretTexts.reduce((shown, pattern) => shown.replace(pattern, masked), text);
  return known.replace(reference, (_whole, store: string) => `(from ${store})`);
}

function shownText(name: string, text: string): string {
  if (secretName.test(name) && !harmless(text)) return masked;
  return looksRandom(text) ? masked : withoutSecrets(text);
}

/** What may stand under a secret's name without being one: switches, and the address of where the secret is. */
function harmless(text: string): boolean {
  return text === "" || /^(true|false)$/i.test(text) || text.startsWith("arn:") || /^\(known after apply\)$/.test(text);
}

function shownMember(name: string, value: unknown): unknown {
  if (typeof value === "string") return shownText(name, value);
  if (typeof value === "number") return secretName.test(name) ? masked : value;
  if (Array.isArray(value)) return value.map((each) => shownMember(name, each));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value);
  // Variables and parameters come as { Name: …, Value: … }.
  const called = members.find(([key, text]) => /^(name|key|parameter_?key)$/i.test(key) && typeof text === "string");
  return Object.fromEntries(
    members.map(([key, member]) => {
      const isValue = called !== undefined && /^(value|parameter_?value)$/i.test(key);
      return [key, shownMember(isValue ? String(called[1]) : key, member)];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A long run of letters of both cases and digits without any structure is a generated secret, not a name. */
function looksRandom(text: string): boolean {
  if (!/^[A-Za-z0-9+/_=]{32,}$/.test(text)) return false;
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const entropy = [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
  return entropy > 3.9;
}
