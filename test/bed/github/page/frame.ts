import type { Repository, User } from "../records.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";

/**
 * A whole page, with everything it needs in it.
 *
 * @returns the document; its policy forbids scripts and requests, so not even a mistake here could make one
 */
export function page({
  title,
  repository,
  body,
}: {
  readonly title: string;
  readonly repository?: Repository;
  body: Html;
}): string {
  const crumbs =
    repository === undefined
      ? html`<b>Rehearsal</b>`
      : html`<a href="/">Rehearsal</a> / ${repository.owner.login} / <b><a href="/${repository.fullName}">${repository.name}</a></b><span class="lock">${repository.private ? "Private" : "Public"}</span>`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<div class="top">${crumbs}</div>
<main>
${body}
</main>
<footer class="note">Rehearsal stage. Rendered from the records of a local stand-in for GitHub.</footer>
</body>
</html>
`;
  return document.html;
}

export const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A person's initials on a colour of their own. */
export function avatar(user: User, size: "normal" | "small" = "normal"): Html {
  const hue = [...user.login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const words = user.login.replace("[bot]", "").split(/[^a-zA-Z0-9]+/);
  const initials = words.length > 1 ? `${words[0]?.charAt(0)}${words[1]?.charAt(0)}` : user.login.slice(0, 2);
  const kind = `avatar${user.type === "Bot" ? " bot" : ""}${size === "small" ? " small" : ""}`;
  return html`<span class="${kind}" style="background:hsl(${hue} 45% 42%)" title="${user.login}">${initials}</span>`;
}

/** A person's name; bots say that they are. */
export function nameOf(user: User): Html {
  if (user.type !== "Bot") return html`<b>${user.login}</b>`;
  return html`<b>${user.login.replace("[bot]", "")}</b> <span class="label">bot</span>`;
}

/** A moment, to the second, in UTC: a written page does not grow old. */
export function moment(milliseconds: number): Html {
  const text = new Date(milliseconds).toISOString();
  return html`<time datetime="${text}" title="${text}">${text.slice(0, 10)} ${text.slice(11, 19)}</time>`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A title, in which GitHub shows `code` as code and nothing else as anything. */
export function titleText(title: string): Html {
  const parts = title.split(/`([^`]+)`/);
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
