/**
 * How long a pull request that changes a hundred tenants takes to plan, against its own critical path: what one of them alone takes at
 * the same latency, because no tenant's plan needs another's. Adapters over HTTP, the bed's CloudFormation, services that run;
 * the tenants' template is a small one, so that making a hundred stacks does not take longer than what is measured.
 */
import { apply } from "../../actions/apply/apply.ts";
import { selectFleet } from "../../actions/lib/engine/select-fleet.ts";
import { bedClock } from "../bed/clock.ts";
import { textOf } from "../contract/committed.ts";
import { type Files, type Rehearsal, startRehearsal } from "../fixtures/rehearsal.ts";
import { smallTemplate } from "../fixtures/small-template.ts";
import { standardTenant } from "../fixtures/tenants/repository.ts";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 3, measure };

const tenants = 100;
const latency = 50;

async function measure(): Promise<readonly Figure[]> {
  const stage = await startRehearsal(400, bedClock(400));
  try {
    await stage.pushRelease("v1.4.0");
    // Slow enough for a busy machine to keep the bed's events in order.
    stage.setSpeed(4);
    await deploy(stage, fleet(""));
    stage.setSpeed(1);
    stage.aws.faults.add({ kind: "latency", milliseconds: latency });
    // Connections, credentials and compiled code are there when the second plan begins, for both.
    await timed(stage, fleet(""), changed(1, "monthlyBudgetUsd: 301\n"));
    const one = await timed(stage, fleet(""), changed(1, "monthlyBudgetUsd: 302\n"));
    const all = await timed(stage, fleet(""), changed(tenants, "monthlyBudgetUsd: 303\n"));
    return [
      {
        what: `plan of ${tenants} changed tenants at ${latency} ms latency`,
        unit: "times the floor",
        measured: all.seconds / one.seconds,
        bar: 1.25,
        floor: 1,
        note: `${all.seconds.toFixed(2)} s, ${all.calls} calls; one tenant alone ${one.seconds.toFixed(2)} s, ${one.calls} calls; CloudFormation's two seconds included`,
      },
    ];
  } finally {
    await stage.stop();
  }
}

/** Only the stacks: what the plans are held against. */
async function deploy(stage: Rehearsal, files: Files): Promise<void> {
  const declarations = stage.declarations(files);
  const ports = { cells: stage.cell, clock: stage.clock, progress: { say: () => {} } };
  const outcomes = await apply({ before: [] }, await selectFleet({ declarations, environment: "production" }, ports));
  const failed = outcomes.find(({ outcome }) => outcome !== "changed");
  if (failed !== undefined) throw new Error(`${failed.tenant}: ${failed.cause}`);
}

async function timed(stage: Rehearsal, base: Files, head: Files): Promise<{ seconds: number; calls: number }> {
  stage.aws.calls.clear();
  const started = performance.now();
  const { plan, expected } = await stage.plan(base, head);
  const seconds = (performance.now() - started) / 1000;
  if (plan?.plans.length !== expected.length)
    throw new Error(`only ${plan?.plans.length} of ${expected.length} were planned`);
  return { seconds, calls: stage.aws.calls.all().length };
}

function fleet(more: string): Files {
  return changed(0, more);
}

/** A hundred clinics, so many of them with a line more. */
function changed(count: number, more: string): Files {
  const names = Array.from({ length: tenants }, (_, index) => `clinic-${String(index).padStart(3, "0")}`);
  return {
    ...{ "tenants/hospital-a.yml": undefined, "tenants/clinic-b.yml": undefined, "tenants/trial-c.yml": undefined },
    "infra/tenant/tenant.yml": smallTemplate(),
    "infra/environments/production.yml": textOf("infra/environments/production.yml").replace(
      /canaries: \[.*\]/,
      "canaries: []",
    ),
    ...Object.fromEntries(
      names.map((name, index) => [`tenants/${name}.yml`, standardTenant(name, index < count ? more : "")]),
    ),
  };
}
