/**
 * The fleet page: one HTML file that needs nothing else. The table is there without a script; the script searches, sorts, filters and
 * shows a tenant's page. It asks no server for anything.
 */

import {
  type FleetStatus,
  fleetTotals,
  type Health,
  healths,
  type TenantStatus,
  worstFirst,
} from "../domain/fleet-status.ts";
import { tierNames } from "../domain/tenant.ts";
import { moment } from "./figures.ts";
import { fleetPageScript } from "./fleet-page-script.ts";
import { fleetPageStyle } from "./fleet-page-style.ts";
import { type Html, html, jsonForScript, raw } from "./html.ts";

/** The whole page as text. */
export function fleetPage(status: FleetStatus): string {
  const tenants = worstFirst(status.tenants);
  const where = status.environments.map(({ name }) => name).join(", ");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<title>MATE fleet: ${status.tenants.length} tenants in ${where}</title>
<link rel="icon" href="data:,">
<style>${raw(fleetPageStyle)}</style>
</head>
<body>
<header>
<h1><a href="#">MATE fleet</a></h1>
<p class="when">${where} at <time datetime="${status.at}">${moment(status.at)}</time></p>
</header>
<main>
<section id="fleet" aria-label="All tenants">
${tiles(status)}
${controls(status)}
${table(tenants, status.at)}
<p id="none" hidden>No tenant fits. <button type="button" id="clear">Show all</button></p>
</section>
<section id="tenant" aria-live="polite" hidden></section>
</main>
<footer>
<p>Made from <code>fleet.json</code> by the pipeline. Keys: <kbd>/</kbd> search, <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>Enter</kbd> open, <kbd>Esc</kbd> back.</p>
</footer>
<script type="application/json" id="status">${jsonForScript(status)}</script>
<script>${raw(fleetPageScript)}</script>
</body>
</html>
`.html;
}

/** The words people see for each health, with a sign, so that colour is not all there is. */
const inWords: Readonly<Record<Health, readonly [sign: string, word: string]>> = {
  down: ["✖", "down"],
  degraded: ["▲", "degraded"],
  absent: ["○", "not deployed"],
  changing: ["↻", "changing"],
  healthy: ["●", "healthy"],
  suspended: ["■", "suspended"],
};

function tiles({ tenants }: FleetStatus): Html {
  const totals = fleetTotals(tenants);
  const tile = (filter: string, count: number, word: string): Html =>
    html`<button type="button" class="tile ${filter.replace(":", " ")}" data-filter="${filter}" aria-pressed="false"><b>${count}</b> ${word}</button>`;
  return html`<div class="tiles" role="group" aria-label="Filters">
${tile("", totals.tenants, "tenants")}
${healths.filter((name) => totals.health[name] > 0).map((name) => tile(`health:${name}`, totals.health[name], inWords[name][1]))}
${tile("unsettled", totals.unsettled, "unsettled")}
${tile("drift", totals.drifted, "drifted")}
${totals.overridden > 0 ? tile("override", totals.overridden, "overridden") : undefined}
<span class="tile sum"><b>${dollars(totals)}</b> a month${notPriced(tenants)}</span>
</div>`;
}

function controls({ environments }: FleetStatus): Html {
  const option = (value: string): Html => html`<option>${value}</option>`;
  return html`<form class="controls" role="search">
<label>Search <input type="search" id="search" placeholder="name, release, contact, cause" autocomplete="off" spellcheck="false"></label>
<label>Tier <select id="tier"><option value="">all</option>${tierNames.map(option)}</select></label>
<label${environments.length > 1 ? undefined : html` hidden`}>Environment <select id="environment"><option value="">all</option>${environments.map(({ name }) => option(name))}</select></label>
<output id="shown"></output>
</form>`;
}

const columns: readonly (readonly [key: string, title: string])[] = [
  ["name", "Tenant"],
  ["health", "Health"],
  ["tier", "Tier"],
  ["release", "Release"],
  ["settled", "Settled"],
  ["drift", "Drift"],
  ["last", "Last operation"],
  ["cost", "Cost a month"],
  ["drill", "Restore drill"],
];

function table(tenants: readonly TenantStatus[], at: string): Html {
  return html`<table>
<thead><tr>${columns.map(([key, title]) => html`<th scope="col" data-key="${key}"><button type="button">${title}</button></th>`)}</tr></thead>
<tbody>
${tenants.map((tenant) => row(tenant, at))}
</tbody>
</table>`;
}

function row(tenant: TenantStatus, at: string): Html {
  const { release, drill, cost, history } = tenant;
  const [sign, word] = inWords[tenant.health];
  const [last] = history;
  const moving = release.settled !== undefined && release.settled !== release.wanted;
  return html`<tr data-tenant="${tenant.name}">
<th scope="row"><a href="#${tenant.name}">${tenant.name}</a> <small>${tenant.displayName}</small></th>
<td data-label="Health"><span class="health ${tenant.health}"><i aria-hidden="true">${sign}</i> ${word}</span></td>
<td data-label="Tier">${tenant.tier}</td>
<td data-label="Release">${moving ? html`${release.settled} <small>→ ${release.wanted}</small>` : release.wanted}</td>
<td data-label="Settled">${tenant.settled ? "yes" : html`<span class="bad">no</span>`}${tenant.overrides.length === 0 ? undefined : html` <small>overridden</small>`}</td>
<td data-label="Drift">${driftCell(tenant, at)}</td>
<td data-label="Last operation">${last === undefined ? html`<small>none</small>` : html`${last.verb} <small>${last.outcome}, ${moment(last.at)}</small>`}</td>
<td data-label="Cost a month"${cost.ceiling > cost.budget ? html` class="over"` : undefined}>${dollars(cost)} <small>of $${cost.budget}${notPriced([tenant])}</small></td>
<td data-label="Restore drill">${drill === undefined ? html`<small>never</small>` : html`${drill.outcome} <small>${moment(drill.at)}</small>`}</td>
</tr>
`;
}

/** Every night is looked; what two nights ago was as it should be need not be so now. */
const looksExpire = 2 * 86_400_000;

function driftCell({ drift }: TenantStatus, at: string): Html {
  if (drift === undefined) return html`<small>not looked</small>`;
  const when = html` <small>${moment(drift.at)}</small>`;
  if (drift.findings.length > 0) return html`<span class="warn">${drift.findings.length}</span>${when}`;
  const old = Date.parse(at) - Date.parse(drift.at) > looksExpire;
  return old ? html`<span class="warn">not looked since</span>${when}` : html`none${when}`;
}

/** A sum that something is missing from must not pass for what the tenant costs; its page says what it is. */
function notPriced(tenants: readonly TenantStatus[]): string {
  return tenants.some(({ cost }) => cost.unknown.length > 0) ? ", not all priced" : "";
}

function dollars({ floor, ceiling }: { readonly floor: number; readonly ceiling: number }): string {
  const [low, high] = [floor, ceiling].map((usd) => Math.round(usd).toLocaleString("en-US"));
  return low === high ? `$${low}` : `$${low}–${high}`;
}
