import { afterAll, beforeAll, describe } from "vitest";
import { containersLane } from "./available.ts";
import { buildTests } from "./build-tests.ts";
import { releaseTests } from "./release-tests.ts";
import { type LaneReport, laneReport } from "./report.ts";
import { type ContainersStage, startContainersStage } from "./stage.ts";
import { trialTests } from "./trial-tests.ts";

/** What the tests of the lane share. */
export interface LaneTests {
  readonly stage: () => ContainersStage;
  readonly report: LaneReport;
  /** Files of the tenants that were deployed so far. */
  readonly deployed: Record<string, string>;
}

const lane = containersLane();

// In order, each on what the one before left: a stage is set up once, and nothing is tried twice behind its back.
describe.skipIf(lane.state === "missing")("in real containers,", { timeout: 600_000, retry: 0 }, () => {
  let stage: ContainersStage | undefined;
  const report = laneReport();
  const tests: LaneTests = {
    report,
    deployed: {},
    stage: () => {
      if (stage === undefined) throw new Error("the stage is not set");
      return stage;
    },
  };
  beforeAll(async () => {
    if (lane.state === "ready") stage = await startContainersStage(lane);
  }, 900_000);
  afterAll(async () => {
    if (lane.state === "ready") report.write();
    await stage?.close();
  }, 120_000);

  describe("a release", () => buildTests(tests));
  describe("a hospital", () => releaseTests(tests));
  describe("two practices on one instance", () => trialTests(tests));
});
