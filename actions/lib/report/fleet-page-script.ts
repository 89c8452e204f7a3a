/**
 * What runs in the reader's browser, as it stands in the page: no library, no request, no HTML made from text. Where the reader is
 * stands in the address, so that a view can be sent to somebody: `#hospital-a` is a tenant, `#?q=heart&filter=drift&sort=-cost` a list.
 */
import { healths } from "../domain/fleet-status.ts";

export const fleetPageScript = `"use strict";
(() => {
  const status = JSON.parse(document.getElementById("status").textContent);
  const tenants = new Map(status.tenants.map((tenant) => [tenant.name, tenant]));
  const rows = new Map([...document.querySelectorAll("tbody tr")].map((row) => [row.dataset.tenant, row]));
  const order = [...rows.keys()];
  const element = (id) => document.getElementById(id);
  const [search, tier, environment] = ["search", "tier", "environment"].map(element);
  const tiles = [...document.querySelectorAll("button.tile")];
  const heads = [...document.querySelectorAll("thead th")];
  const healths = ${JSON.stringify(healths)};
  const words = new Map([...tenants.values()].map((tenant) => [tenant.name, [tenant.name, tenant.displayName, tenant.contact, tenant.release.wanted,
    tenant.release.settled ?? "", tenant.unsettled?.cause ?? "", ...(tenant.drift?.findings ?? [])].join(" ").toLowerCase()]));
  const keys = {
    name: (tenant) => tenant.name,
    health: (tenant) => healths.indexOf(tenant.health),
    tier: (tenant) => tenant.tier,
    release: (tenant) => tenant.release.settled ?? tenant.release.wanted,
    settled: (tenant) => (tenant.settled ? 1 : 0),
    drift: (tenant) => -(tenant.drift?.findings.length ?? -1),
    last: (tenant) => tenant.history[0]?.at ?? "",
    cost: (tenant) => tenant.cost.ceiling,
    drill: (tenant) => tenant.drill?.at ?? "",
  };
  const filters = {
    unsettled: (tenant) => !tenant.settled,
    drift: (tenant) => (tenant.drift?.findings.length ?? 0) > 0,
    override: (tenant) => tenant.overrides.length > 0,
  };
  // v1.9.0 comes before v1.10.0, and ward-9 before ward-10.
  const inNumbers = new Intl.Collator("en", { numeric: true });
  let view = {};
  let list = "#";

  function readAddress() {
    const hash = location.hash.slice(1);
    if (tenants.has(hash)) return showTenant(tenants.get(hash));
    const query = new URLSearchParams(hash.startsWith("?") ? hash.slice(1) : "");
    view = { q: query.get("q") ?? "", filter: query.get("filter") ?? "", tier: query.get("tier") ?? "", environment: query.get("environment") ?? "", sort: query.get("sort") ?? "" };
    if (document.activeElement !== search) search.value = view.q;
    tier.value = view.tier;
    environment.value = view.environment;
    showFleet();
  }

  function go(change) {
    view = { ...view, ...change };
    const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== ""));
    history.replaceState(null, "", query.size === 0 ? location.pathname + location.search : "#?" + query);
    showFleet();
  }

  function fits(tenant) {
    const [kind, name] = view.filter.split(":");
    const filtered = view.filter === "" || (kind === "health" ? tenant.health === name : (filters[kind]?.(tenant) ?? true));
    const wanted = view.q.toLowerCase().split(/\\s+/).every((word) => words.get(tenant.name).includes(word));
    return filtered && wanted && (view.tier === "" || tenant.tier === view.tier) && (view.environment === "" || tenant.environment === view.environment);
  }

  function sorted() {
    const down = view.sort.startsWith("-");
    const key = keys[down ? view.sort.slice(1) : view.sort];
    if (key === undefined) return order;
    const value = new Map(order.map((name) => [name, key(tenants.get(name))]));
    const sign = (a, b) => (typeof a === "string" ? inNumbers.compare(a, b) : a - b);
    const compare = (a, b) => sign(value.get(a), value.get(b)) || inNumbers.compare(a, b);
    return order.toSorted((a, b) => (down ? compare(b, a) : compare(a, b)));
  }

  function showFleet() {
    list = location.hash || "#";
    element("tenant").hidden = true;
    element("fleet").hidden = false;
    document.title = "MATE fleet: " + tenants.size + " tenants";
    let shown = 0;
    const body = document.querySelector("tbody");
    const pieces = document.createDocumentFragment();
    for (const name of sorted()) {
      const row = rows.get(name);
      row.hidden = !fits(tenants.get(name));
      if (!row.hidden) shown += 1;
      pieces.append(row);
    }
    body.append(pieces);
    element("shown").textContent = shown === tenants.size ? "" : shown + " of " + tenants.size;
    element("none").hidden = shown > 0;
    for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.filter === view.filter));
    for (const head of heads) {
      const down = view.sort === "-" + head.dataset.key;
      if (down || view.sort === head.dataset.key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function make(tag, content, attributes = {}) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...(Array.isArray(content) ? content : [content]));
    return node;
  }
  const link = (text, address) => (/^https?:/.test(address ?? "") ? make("a", text, { href: address, rel: "noreferrer" }) : text);
  const when = (iso) => iso.slice(0, 16).replace("T", " ") + " UTC";

  function showTenant(tenant) {
    const { name, release, cost, drift, drill, unsettled } = tenant;
    const facts = [
      ["Address", link(tenant.url, tenant.url)],
      ["Tier", tenant.tier + " in " + tenant.environment],
      ["Health", rows.get(name).querySelector(".health").cloneNode(true)],
      ["Services", tenant.services.map((service) => service.role + " " + service.running + " of " + service.wanted).join(", ") || "none"],
      ["Release", release.settled === undefined || release.settled === release.wanted ? release.wanted : release.settled + ", should be " + release.wanted],
      ["Settled", tenant.settled ? "yes: it is what its file says" : unsettled ? "no, since " + when(unsettled.since) + ": " + unsettled.cause : "no: a deployment is due"],
      ["Live changes", tenant.overrides.join("; ") || "none"],
      ["Drift", drift === undefined ? "nobody looked yet" : drift.findings.length === 0 ? "none at " + when(drift.at) : make("ul", drift.findings.map((finding) => make("li", finding)))],
      ["Cost", "$" + Math.round(cost.floor) + " to $" + Math.round(cost.ceiling) + " a month, budget $" + cost.budget + (cost.unknown.length ? "; not priced: " + cost.unknown.join(", ") : "")],
      ["Restore drill", drill === undefined ? "never" : drill.outcome + " at " + when(drill.at) + (drill.rtoMinutes === undefined ? "" : ", restored in " + drill.rtoMinutes + " minutes") + (drill.rpoMinutes === undefined ? "" : ", " + drill.rpoMinutes + " minutes of data lost at most")],
      ["Contact", tenant.contact],
      ["File", link("tenants/" + name + ".yml", status.repository + "/blob/HEAD/tenants/" + name + ".yml")],
    ];
    const commands = ["/status " + name, "/diagnose " + name, "/retry " + name, tenant.state === "suspended" ? "/resume " + name : "/suspend " + name];
    const lines = tenant.history.map((entry) => make("li", [when(entry.at) + ": ", make("b", entry.verb), " by " + entry.actor + (entry.confirmedBy ? ", confirmed by " + entry.confirmedBy : "") + ", " + entry.outcome + (entry.reason ? " (" + entry.reason + ") " : " "), link("run", entry.run), ...(entry.pull ? [" ", link("#" + entry.pull, status.repository + "/pull/" + entry.pull)] : [])]));
    const section = element("tenant");
    section.replaceChildren(
      make("p", make("a", "← all tenants", { href: list })),
      make("h2", [name + " ", make("small", tenant.displayName)], { tabindex: "-1" }),
      make("dl", facts.flatMap(([title, value]) => [make("dt", title), make("dd", value)])),
      make("h3", "Commands, as a comment on any pull request"),
      make("p", commands.map((command) => make("code", command)), { class: "commands" }),
      make("h3", "History"),
      lines.length === 0 ? make("p", "Nothing is in the journal of this month and the last.") : make("ul", lines),
      make("p", ["All of it, and whether it was altered: ", make("code", "scripts/audit-trail " + name)], { class: "commands" }),
    );
    element("fleet").hidden = true;
    section.hidden = false;
    document.title = name + " · MATE fleet";
    scrollTo(0, 0);
    section.querySelector("h2").focus({ preventScroll: true });
  }

  function move(step) {
    const links = [...document.querySelectorAll("tbody tr:not([hidden]) th a")];
    const next = links[Math.min(Math.max(links.indexOf(document.activeElement) + step, 0), links.length - 1)];
    next?.focus();
  }

  addEventListener("hashchange", readAddress);
  search.addEventListener("input", () => go({ q: search.value.trim() }));
  tier.addEventListener("change", () => go({ tier: tier.value }));
  environment.addEventListener("change", () => go({ environment: environment.value }));
  search.form.addEventListener("submit", (event) => { event.preventDefault(); move(1); });
  for (const tile of tiles) tile.addEventListener("click", () => go({ filter: tile.dataset.filter === view.filter ? "" : tile.dataset.filter }));
  for (const head of heads) head.firstChild.addEventListener("click", () => go({ sort: view.sort === head.dataset.key ? "-" + head.dataset.key : view.sort === "-" + head.dataset.key ? "" : head.dataset.key }));
  element("clear").addEventListener("click", () => { search.value = ""; tier.value = ""; environment.value = ""; go({ q: "", filter: "", tier: "", environment: "" }); search.focus(); });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); if (!element("tenant").hidden) { location.hash = list; readAddress(); } search.focus(); }
    else if (event.key === "Escape") { if (!element("tenant").hidden) location.hash = list; else if (event.target === search) { search.value = ""; go({ q: "" }); search.blur(); } }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && element("tenant").hidden && event.target.tagName !== "SELECT") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
  });
  readAddress();
})();
`;
