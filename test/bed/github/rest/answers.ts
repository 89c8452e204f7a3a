import type { Answer, Call } from "./router.ts";

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export function noContent(): Answer {
  return { status: 204 };
}

/**
 * One page of a list with the Link header that leads to the others: 30 entries, up to 100 when asked.
 *
 * @param wrap what surrounds the page, for lists that are objects
 */
export function paged<T>(
  call: Call,
  items: readonly T[],
  { shape, wrap }: { readonly shape: (item: T) => unknown; readonly wrap?: (page: readonly unknown[]) => unknown },
): Answer {
  const { page, perPage } = pageAsked(call);
  const slice = items.slice((page - 1) * perPage, page * perPage).map(shape);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = linkHeader(call, { page, last });
  const body = wrap === undefined ? slice : wrap(slice);
  return { status: 200, body, headers: link === "" ? {} : { link } };
}

/** Which page, and how many entries a page has. */
export function pageAsked(call: Call): { readonly page: number; readonly perPage: number } {
  const whole = (name: string, fallback: number) => {
    const value = Number(call.query.get(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return { page: whole("page", 1), perPage: Math.min(100, whole("per_page", 30)) };
}

function linkHeader(call: Call, { page, last }: { readonly page: number; readonly last: number }): string {
  const to = (number: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(number));
    return `<${call.world.apiUrl}${numericPath(call)}?${query}>; rel="${rel}"`;
  };
  const links = [];
  if (page > 1) links.push(to(page - 1, "prev"));
  if (page < last) links.push(to(page + 1, "next"), to(last, "last"));
  if (page > 1) links.push(to(1, "first"));
  return links.join(", ");
}

/** GitHub's own links name a repository by its number; clients that build the next page themselves find out. */
function numericPath(call: Call): string {
  const [, owner = "", name = "", rest = ""] = /^\/repos\/([^/]+)\/([^/]+)(.*)$/.exec(call.path) ?? [];
  const repository = call.world.repository(decodeURIComponent(owner), decodeURIComponent(name));
  return repository === undefined ? call.path : `/repositories/${repository.id}${rest}`;
}
