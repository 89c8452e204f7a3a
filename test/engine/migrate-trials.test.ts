/** Trials share an instance: each gets a database of its own in it before it is migrated. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../actions/migrate/migrate.ts";
import { behaves } from "../bed/aws/services/ecs/controls.ts";
import { type MigrationStage, startMigrationStage, trialScript } from "../fixtures/migration-stage.ts";

const trials = Array.from({ length: 6 }, (_, index) => `trial-${String.fromCharCode(97 + index)}`);
const trialFiles = Object.fromEntries(
  trials.map((name, index) => [
    name,
    `name: ${name}\ndisplayName: Trial\ntier: trial\nenvironment: production\ncontact: it@trial.org\nredis: { index: ${index} }\n`,
  ]),
);

let stage: MigrationStage;
beforeAll(async () => {
  stage = await startMigrationStage(trials);
});
afterAll(() => stage.stop());
afterEach(() => stage.calm());

describe("a trial", () => {
  test("gets its own database before its first migration, and never again", async () => {
    expect((await stage.migrated("trial-a", "v1.4.0", { files: trialFiles })).outcome).toBe("changed");
    expect((await stage.migrated("trial-a", "v1.5.0", { files: trialFiles })).outcome).toBe("changed");

    expect(await stage.tasksOf("trial-a", "provision")).toHaveLength(1);
    expect(await stage.tasksOf("trial-a")).toHaveLength(2);
  });

  test("is not migrated while its database cannot be made", async () => {
    behaves(
      stage.aws.world,
      { family: "trial-b-production-provision" },
      { exitCode: 3, afterMs: 1_000, lines: ["permission denied"] },
    );
    const outcome = await stage.migrated("trial-b", "v1.4.0", { files: trialFiles });

    expect(outcome).toMatchObject({
      outcome: "failed",
      reasonCode: "trial-database-failed",
      evidence: ["permission denied"],
    });
    expect(await stage.tasksOf("trial-b")).toEqual([]);
  });

  test("shares its instance with others, so no more than four are migrated at a time", async () => {
    const from = stage.said.length;
    const outcomes = await migrate(
      { before: [], trialScript },
      stage.process("v1.6.0", { only: trials, impatient: true, files: trialFiles }),
    );
    const lines = stage.said.slice(from).map(({ line }) => /mate-(trial-.)-production/.exec(line)?.[1]);
    const lives = trials.map((name) => [lines.indexOf(name), lines.lastIndexOf(name)] as const);
    const atOnce = lines.map((_, now) => lives.filter(([first, last]) => first <= now && now <= last).length);

    expect(outcomes.map(({ outcome }) => outcome)).not.toContain("failed");
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(4);
    expect(Math.max(...atOnce)).toBeGreaterThan(1);
  });
});
