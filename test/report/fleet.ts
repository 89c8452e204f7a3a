/** Fleets of any size for the page: the three committed hospitals, and as many more as asked for, the same every time. */
import type { FleetStatus, Health, TenantStatus } from "../../actions/lib/domain/fleet-status.ts";

const at = "2026-11-24T03:15:00.000Z";

function operation(verb: string, outcome: string, when: string): TenantStatus["history"][number] {
  return {
    id: `${verb}-1`,
    verb,
    actor: "ada",
    at: when,
    outcome,
    run: "https://github.com/mate-health/tenants/actions/runs/1",
  };
}

function tenant(name: string, more: Partial<TenantStatus> = {}): TenantStatus {
  return {
    name,
    displayName: "Clinic",
    environment: "production",
    tier: "standard",
    state: "active",
    url: `https://${name}.mate.example.com`,
    contact: `it@${name}.org`,
    release: { wanted: "v1.5.0", settled: "v1.5.0" },
    health: "healthy",
    services: [
      { role: "django", running: 2, wanted: 2 },
      { role: "celery", running: 2, wanted: 2 },
      { role: "beat", running: 1, wanted: 1 },
    ],
    settled: true,
    overrides: [],
    drift: { at, findings: [] },
    cost: { floor: 166, ceiling: 240, budget: 250, unknown: [] },
    drill: { at: "2026-11-02T02:00:00.000Z", outcome: "passed", rtoMinutes: 18, rpoMinutes: 4 },
    history: [operation("deploy", "changed", "2026-11-23T09:42:00.000Z")],
    ...more,
  };
}

function fleet(tenants: readonly TenantStatus[]): FleetStatus {
  return {
    version: 1,
    at,
    repository: "https://github.com/mate-health/tenants",
    environments: [{ name: "production", account: "123456789012", region: "us-east-1", release: "v1.5.0" }],
    tenants: [...tenants],
  };
}

export const threeTenants: FleetStatus = fleet([
  tenant("hospital-a", {
    displayName: "Hospital A Medical Center",
    tier: "enterprise",
    overrides: ["django scaled to 8 by oscar since 2026-11-24 02:50 UTC"],
    cost: { floor: 745, ceiling: 1304, budget: 1500, unknown: [] },
    history: [
      operation("scale", "changed", "2026-11-24T02:50:00.000Z"),
      operation("deploy", "changed", "2026-11-23T09:42:00.000Z"),
      operation("restore", "drill passed", "2026-11-02T02:00:00.000Z"),
    ],
  }),
  tenant("clinic-b", {
    displayName: "Clinic B",
    health: "degraded",
    settled: false,
    history: [
      { ...operation("suspend", "changed", "2026-11-24T02:00:00.000Z"), confirmedBy: "bo" },
      { ...operation("deploy", "changed", "2026-11-23T09:42:00.000Z"), pull: 41, reason: "merge of #41" },
    ],
    release: { wanted: "v1.5.0", settled: "v1.4.0" },
    unsettled: {
      since: "2026-11-23T09:51:00.000Z",
      cause: "django: exit code 3 twice: ImportError: no module named wards",
    },
    services: [
      { role: "django", running: 1, wanted: 2 },
      { role: "celery", running: 2, wanted: 2 },
      { role: "beat", running: 1, wanted: 1 },
    ],
    drift: {
      at,
      findings: [
        "celery runs 4 tasks, its file says 1 to 3",
        "DataBucket: /VersioningConfiguration/Status is Suspended, should be Enabled",
      ],
    },
  }),
  tenant("trial-c", {
    displayName: "Practice C (trial)",
    tier: "trial",
    cost: { floor: 56, ceiling: 56, budget: 75, unknown: [] },
  }),
]);

/** @param count how many tenants; names, tiers and troubles follow from the number alone */
export function manyTenants(count: number): FleetStatus {
  const health = (index: number): Health =>
    index % 97 === 3 ? "down" : index % 41 === 7 ? "degraded" : index % 29 === 5 ? "suspended" : "healthy";
  return fleet(
    Array.from({ length: count }, (_, index) => {
      const tier = (["standard", "enterprise", "trial", "standard"] as const)[index % 4] ?? "standard";
      const is = health(index);
      return tenant(`hospital-${String(index + 1).padStart(4, "0")}`, {
        displayName: `Hospital ${index + 1}`,
        tier,
        health: is,
        state: is === "suspended" ? "suspended" : "active",
        settled: index % 53 !== 11,
        ...(index % 53 === 11 && { release: { wanted: "v1.5.0", settled: "v1.4.0" } }),
        ...(index % 61 === 13 && { drift: { at, findings: ["django: image changed by hand"] } }),
        cost: { floor: 100 + (index % 7) * 20, ceiling: 220 + (index % 11) * 20, budget: 400, unknown: [] },
      });
    }),
  );
}

/** A tenant whose every text tries to get out of its place. */
export const hostileFleet: FleetStatus = fleet([
  tenant("mallory", {
    displayName: `</script><img src=x onerror="document.title='broken'">`,
    contact: `"><script>document.title='broken'</script>@x.org`,
    unsettled: { since: at, cause: "<!-- --><b>bold</b> & \u202Ereversed" },
    settled: false,
    url: "javascript:document.title='broken'",
  }),
]);
