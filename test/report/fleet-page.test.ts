import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fleetStatus, healthOf, worstFirst } from "../../actions/lib/domain/fleet-status.ts";
import { fleetPage } from "../../actions/lib/report/fleet-page.ts";
import { contentWidth, findChromium, photograph, renderedPage, type Visit } from "./chromium.ts";
import { hostileFleet, manyTenants, threeTenants } from "./fleet.ts";

const running = (role: string, runningCount: number, desiredCount: number, pendingCount = 0) => ({
  ...{ name: `mate-a-production-${role}`, runningCount, desiredCount, pendingCount },
});
const beat = running("beat", 1, 1);
test.for([
  ["absent", "active", []],
  ["down", "active", [running("django", 0, 2), running("celery", 2, 2), beat]],
  ["down", "active", [running("django", 0, 0), running("celery", 2, 2), beat]],
  ["down", "active", [running("celery", 2, 2), beat]],
  ["degraded", "active", [running("django", 1, 2), running("celery", 2, 2), beat]],
  ["degraded", "active", [running("django", 2, 2), running("celery", 0, 0), beat]],
  ["degraded", "active", [running("django", 2, 2), running("celery", 2, 2)]],
  ["changing", "active", [running("django", 1, 2, 1), running("celery", 2, 2), beat]],
  ["healthy", "active", [running("django", 2, 2), running("celery", 2, 2), beat]],
  ["suspended", "suspended", [running("django", 0, 0), running("celery", 0, 0)]],
  ["healthy", "suspended", [running("django", 2, 2), running("celery", 2, 2)]],
] as const)("a tenant is %s: %s with services %j", ([health, state, services]) => {
  expect(healthOf(state, services)).toBe(health);
});

test("who needs somebody comes first", () => {
  expect(worstFirst(threeTenants.tenants).map(({ name }) => name)).toEqual(["clinic-b", "hospital-a", "trial-c"]);
});

test("the status JSON of any fleet has the form it is published in", () => {
  for (const status of [threeTenants, manyTenants(50), hostileFleet]) expect(fleetStatus.parse(status)).toEqual(status);
});

test("the page asks nobody for anything, and shows every tenant without a script", () => {
  const page = fleetPage(manyTenants(40));

  expect(page).toContain("default-src 'none'");
  expect(page.match(/(src|href)="(?!#|data:,")[^"]*"/g)).toBeNull();
  expect(page.match(/<tr data-tenant=/g)).toHaveLength(40);
});

test.for([
  [{ at: "2026-11-24T03:00:00.000Z", findings: [] }, "none <small>2026-11-24 03:00 UTC</small>"],
  [{ at: "2026-11-02T03:00:00.000Z", findings: [] }, /not looked since<\/span> <small>2026-11-02 03:00 UTC/],
  [{ at: "2026-11-02T03:00:00.000Z", findings: ["x"] }, /1<\/span> <small>2026-11-02 03:00 UTC/],
] as const)(
  "drift that was looked for at %j is shown with its age, and a look of weeks ago is none",
  ([drift, words]) => {
    const fleet = manyTenants(1);
    const tenants = fleet.tenants.map((one) => ({ ...one, drift: { at: drift.at, findings: [...drift.findings] } }));
    const [, cell = ""] = /<td data-label="Drift">(.*)<\/td>/.exec(fleetPage({ ...fleet, tenants })) ?? [];

    expect(cell).toMatch(words);
  },
);

test("a cost that is not all of it says so, in the row and in the sum", () => {
  const fleet = manyTenants(2);
  const tenants = fleet.tenants.map((one, index) => ({
    ...one,
    cost: { ...one.cost, unknown: index ? ["db.x9g"] : [] },
  }));

  expect(fleetPage(fleet)).not.toContain("not all priced");
  expect(fleetPage({ ...fleet, tenants }).match(/ a month, not all priced|of \$\d+, not all priced/g)).toHaveLength(2);
});

test("a page of a thousand tenants stays below two megabytes", () => {
  expect(Buffer.byteLength(fleetPage(manyTenants(1000)))).toBeLessThan(2_000_000);
});

test("nothing in a name, a cause or an address gets out of its place", () => {
  const page = fleetPage(hostileFleet);

  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toMatch(/<img|<b>bold/);
  expect(page).toContain("&lt;/script&gt;");
  // Neither in the table nor in what the script shows of a tenant.
  expect(page).not.toContain("\u202E");
  expect(page).toContain("⟨U+202E⟩reversed");
});

const chromium = findChromium();
describe.skipIf(chromium === undefined)("in a browser", { timeout: 60_000 }, () => {
  const visit = (page: string, more: Partial<Visit> = {}): Visit => ({ chromium: chromium ?? "", page, ...more });
  const shown = (dom: string): readonly (string | undefined)[] =>
    [...dom.matchAll(/<tr data-tenant="([^"]*)">/g)].map(([, name]) => name);

  test("an address of a list shows the tenants that fit, sorted", async () => {
    const address = "?q=hospital&filter=health:down&tier=standard&sort=-cost";
    const dom = await renderedPage(visit(fleetPage(manyTenants(1000)), { hash: address }));

    expect(shown(dom).length).toBeGreaterThan(2);
    expect(dom).toContain(`>${shown(dom).length} of 1000</output>`);
    expect(dom).toMatch(/data-key="cost" aria-sort="descending"/);
    expect(dom).toMatch(/data-filter="health:down" aria-pressed="true"/);
  });

  test("releases are sorted as releases, not as words", async () => {
    const fleet = manyTenants(3);
    const tenants = fleet.tenants.map((one, index) => ({
      ...one,
      release: { wanted: ["v1.10.0", "v1.9.0", "v1.2.0"][index] ?? "" },
    }));
    const dom = await renderedPage(visit(fleetPage({ ...fleet, tenants }), { hash: "?sort=release" }));

    expect(shown(dom)).toEqual(["hospital-0003", "hospital-0002", "hospital-0001"]);
  });

  test.for([
    ["heart & lung", "?q=heart+%26+lung"],
    ["night+day@x.org", "?q=night%2Bday"],
    ["full at 100% of its disk", "?q=100%"],
  ] as const)("an address finds the hospital with %j", async ([words, hash]) => {
    const fleet = manyTenants(3);
    const alike = words.replace(/[&+%]/g, " ");
    const tenants = fleet.tenants.map((one, index) => ({ ...one, displayName: index === 1 ? words : alike }));
    const dom = await renderedPage(visit(fleetPage({ ...fleet, tenants }), { hash }));

    expect(shown(dom)).toEqual(["hospital-0002"]);
  });

  test("an address of a tenant shows its page with cause, drift and history", async () => {
    const dom = await renderedPage(visit(fleetPage(threeTenants), { hash: "clinic-b" }));

    expect(dom).toContain("<title>clinic-b · MATE fleet</title>");
    expect(dom).toContain("no, since 2026-11-23 09:51 UTC: django: exit code 3 twice");
    expect(dom).toContain("<li>celery runs 4 tasks, its file says 1 to 3</li>");
    expect(dom).toMatch(/<b>deploy<\/b> by ada, changed \(merge of #41\) <a href="https:\/\/github\.com/);
    expect(dom).toContain('<a href="https://github.com/mate-health/tenants/pull/41" rel="noreferrer">#41</a>');
    expect(dom).toContain("<b>suspend</b> by ada, confirmed by bo, changed");
    expect(dom).toContain("<code>scripts/audit-trail clinic-b</code>");
  });

  test("a hostile tenant's page runs nothing and links nowhere", async () => {
    const dom = await renderedPage(visit(fleetPage(hostileFleet), { hash: "mallory" }));

    expect(dom).toContain("<title>mallory · MATE fleet</title>");
    expect(dom).not.toContain('href="javascript:');
  });

  test.for([
    ["the list of three", fleetPage(threeTenants), ""],
    ["the list of a thousand", fleetPage(manyTenants(1000)), "?filter=unsettled"],
    ["a tenant's page", fleetPage(threeTenants), "clinic-b"],
    ["hostile names", fleetPage(hostileFleet), ""],
  ] as const)("on a telephone nobody has to scroll sideways: %s", async ([, page, hash]) => {
    expect(await contentWidth({ ...visit(page), hash, width: 390 })).toBe(390);
  });

  /** With UPDATE_PICTURES=1 they go where the documentation shows them. */
  test.for([
    ["fleet", { page: fleetPage(threeTenants), height: 440 }],
    ["fleet-dark", { page: fleetPage(manyTenants(1000)), hash: "?filter=unsettled", height: 560, dark: true }],
    ["fleet-phone", { page: fleetPage(threeTenants), width: 500, height: 840 }],
    ["fleet-tenant", { page: fleetPage(threeTenants), hash: "clinic-b", height: 720 }],
  ] as const)("%s looks like something, and its picture is small", async ([name, view]) => {
    const folder = await mkdtemp(join(tmpdir(), "pictures-"));
    const pictures = join(import.meta.dirname, "..", "..", ".github", "pictures");
    const write = process.env.UPDATE_PICTURES === "1";
    if (write) await mkdir(pictures, { recursive: true });
    const file = join(write ? pictures : folder, `${name}.png`);
    await photograph(visit(view.page, view), file);
    const picture = await readFile(file);
    await rm(folder, { recursive: true });

    // PNG: eight bytes of signature, then the header chunk with width and height.
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([
      "width" in view ? view.width : 1280,
      view.height,
    ]);
    expect(picture.length).toBeGreaterThan(10_000);
    expect(picture.length).toBeLessThan(150_000);
  });
});
