import { type Html, trusted } from "./html.ts";

/** Small pictures, drawn here so that a page needs nothing from elsewhere. */
const PATHS = {
  open: '<circle cx="4" cy="3" r="1.6"/><circle cx="4" cy="13" r="1.6"/><circle cx="12" cy="13" r="1.6"/><path d="M4 4.6v6.8M12 11.4V6a2 2 0 0 0-2-2H7.5M9.5 2 7.3 4l2.2 2"/>',
  merged:
    '<circle cx="4" cy="3" r="1.6"/><circle cx="4" cy="13" r="1.6"/><circle cx="12" cy="8" r="1.6"/><path d="M4 4.6v6.8M4.3 4.6C5 7 7.5 8 10.4 8"/>',
  closed:
    '<circle cx="4" cy="3" r="1.6"/><circle cx="4" cy="13" r="1.6"/><circle cx="12" cy="13" r="1.6"/><path d="M4 4.6v6.8M12 11.4V8M10 2l4 4M14 2l-4 4"/>',
  issue: '<circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="1.4" fill="currentColor"/>',
  commit: '<circle cx="8" cy="8" r="2.6"/><path d="M1 8h4.4M10.6 8H15"/>',
  check: '<path d="m3 8.5 3.2 3.2L13 5"/>',
  cross: '<path d="m4 4 8 8M12 4l-8 8"/>',
  dot: '<circle cx="8" cy="8" r="3.4" fill="currentColor"/>',
  skip: '<circle cx="8" cy="8" r="6"/><path d="m4 12 8-8"/>',
  eye: '<path d="M1 8s2.6-4.6 7-4.6S15 8 15 8s-2.6 4.6-7 4.6S1 8 1 8Z"/><circle cx="8" cy="8" r="2"/>',
  rocket: '<path d="M5 11 3 9c1-3 4-6.5 10-6.5C13.5 8 10 11.500 7 13l-2-2Zm0 0-2.500 2.500M9.500 6.500h.01"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): Html {
  return trusted(
    `<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${PATHS[name]}</svg>`,
  );
}
