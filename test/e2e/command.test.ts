/** Commands in comments, through the committed workflow: what an operator types, what runs afterwards, and what the reply says. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandStage, openCommandStage } from "../fixtures/command-stage.ts";
import { releaseFleet } from "../fixtures/fleet-release.ts";

const file = "tenants/hospital-a.yml";
const hospital = `name: hospital-a
displayName: Hospital A
tier: enterprise
environment: production
contact: it@hospital-a.org
services:
  # Morning rounds start at seven.
  django: { count: { min: 2, max: 6 } }
`;
let place: CommandStage;
let pull: number;

beforeAll(async () => {
  place = await openCommandStage({ speed: 40, tenants: { [file]: hospital } });
  expect(place.newest("deploy").conclusion).toBe("success");
  // A pull request that has nothing to do with the tenant: where an operator happens to be.
  pull = await place.propose({ "NOTES.md": "# Notes\n" });
}, 400_000);

afterAll(() => place?.stage.stop());

const minutes = 60_000;

describe("an operator scales", { timeout: 4 * minutes }, () => {
  test("until as many tasks are healthy and the floor of auto scaling is set; git is asked to say so", async () => {
    const { id, reply } = await place.say("oscar", pull, "/scale hospital-a 4");

    expect(reply).toMatch(/^### Scaled hospital-a: django tasks 2-6 → 4-6 in /);
    expect(reply).toContain("4 of 4 django tasks healthy");
    expect((await place.running("hospital-a")).django).toMatchObject({ running: 4, desired: 4, min: 4, max: 6 });
    expect(reply).toContain(`\`${file}\``);
    const branch = await place.textOn("record/hospital-a", file);
    expect(branch).toBe(hospital.replace("min: 2", "min: 4"));
    const operation = `op-${id.toString(36)}`;
    expect(await place.record(`operations/${operation}.json`)).toMatchObject({ state: "done", by: "oscar" });
    expect(await place.record("overrides/hospital-a.json")).toMatchObject({
      overrides: [{ kind: "scale", count: { min: 4, max: 6 }, operation }],
    });
    expect(await place.record("leases/hospital-a.json")).toMatchObject({ state: "free", operation });
  });

  test("and a merge of something else for the same tenant does not undo it", async () => {
    await place.merge(await place.propose({ [file]: hospital.replace("Hospital A", "Hospital A, Main Street") }));

    expect(place.newest("deploy").conclusion).toBe("success");
    expect((await place.running("hospital-a")).django).toMatchObject({ running: 4, desired: 4, min: 4, max: 6 });
  });
});

describe("an enterprise hospital is suspended", { timeout: 4 * minutes }, () => {
  test("only when a second person confirms; then nothing runs and auto scaling lets go", async () => {
    const asked = await place.say("oscar", pull, "/suspend hospital-a moving to the new building");
    const operation = `op-${asked.id.toString(36)}`;
    expect(asked.reply).toMatch(/^### Waiting for a second person to suspend hospital-a/);
    expect(asked.reply).toContain("stops 7 tasks");
    expect((await place.running("hospital-a")).django?.running).toBe(4);

    const alone = await place.say("oscar", pull, `/confirm ${operation}`);
    expect(alone.reply).toContain("a second person has to confirm");
    expect((await place.running("hospital-a")).django?.running).toBe(4);

    const second = await place.say("alice", pull, `/confirm ${operation}`);
    expect(second.reply).toMatch(/^### Suspended hospital-a in /);
    expect(await place.reply(pull, asked.id)).toContain("**Confirmed by:** alice");
    const running = await place.running("hospital-a");
    for (const role of ["django", "celery", "beat"]) expect(running[role]).toMatchObject({ running: 0, desired: 0 });
    expect(running.django).toMatchObject({ min: 0, suspended: true });
  });

  test("a release of the whole fleet leaves it stopped; resumed, it runs that release with the counts it had", async () => {
    await releaseFleet(place, "v1.5.0");
    expect(place.newest("deploy").conclusion).toBe("success");
    expect((await place.running("hospital-a")).django?.running).toBe(0);

    const { reply } = await place.say("oscar", pull, "/resume hospital-a");
    expect(reply).toMatch(/^### Resumed hospital-a in /);
    const running = await place.running("hospital-a");
    expect(running.django).toMatchObject({ running: 4, min: 4, max: 6, suspended: false, release: "v1.5.0" });
    expect(running.celery).toMatchObject({ running: 2, release: "v1.5.0" });
    expect(running.beat).toMatchObject({ running: 1, release: "v1.5.0" });
  });
});

describe("two operators at the same moment", { timeout: 4 * minutes }, () => {
  test("are served one after the other, and neither's change is lost", async () => {
    const oscar = place.stage.github.as("oscar", place.stage.repository);
    const alice = place.stage.github.as("alice", place.stage.repository);
    const ids = await Promise.all([
      oscar.comment(pull, "/scale hospital-a celery 3"),
      alice.comment(pull, "/scale hospital-a django 5"),
    ]);
    await place.stage.runner.idle();

    for (const id of ids) expect(await place.reply(pull, id)).toMatch(/^### Scaled hospital-a/);
    const running = await place.running("hospital-a");
    expect(running.celery).toMatchObject({ running: 3, min: 3 });
    expect(running.django).toMatchObject({ running: 5, min: 5 });
    const { overrides } = (await place.record<{ overrides: readonly object[] }>("overrides/hospital-a.json")) ?? {};
    expect(overrides).toHaveLength(2);
  });
});

describe("the pull request that would record it", { timeout: 4 * minutes }, () => {
  test("closed without being merged brings the tenant back to what its file says, and says so", async () => {
    const { overrides } =
      (await place.record<{ overrides: readonly { pull: number }[] }>("overrides/hospital-a.json")) ?? {};
    const [first] = overrides ?? [];
    const alice = place.stage.github.as("alice", place.stage.repository);
    await alice.close(first?.pull ?? 0);

    await alice.dispatch("command.yml");
    await place.stage.runner.idle();

    expect(place.newest("deploy").conclusion).toBe("success");
    const running = await place.running("hospital-a");
    expect(running.django).toMatchObject({ min: 2, max: 6 });
    expect(running.celery).toMatchObject({ min: 2, max: 10 });
    expect(await place.record("overrides/hospital-a.json")).toEqual({ overrides: [] });
    const said = (await place.comments(pull)).at(-1)?.body;
    expect(plain(said)).toContain("closed without being merged");
  });
});

describe("on a pull request that edits the tenant anyway", { timeout: 4 * minutes }, () => {
  test("a change is recorded on its branch, and ends by itself when it was for a time", async () => {
    const own = await place.propose({ [file]: hospital.replace("Hospital A", "Hospital A, West Wing") });
    const { reply } = await place.say("oscar", own, "/scale hospital-a django 3-6");

    expect(reply).toContain("on this branch");
    const branch = await place.textOn(`refs/pull/${own}/head`, file);
    expect(branch).toContain("West Wing");
    expect(branch).toContain("min: 3");
    const timed = await place.say("oscar", own, "/scale hospital-a celery 3 for 10m");
    expect(timed.reply).toContain("then it returns by itself");
    expect((await place.running("hospital-a")).celery).toMatchObject({ min: 3 });

    await place.stage.github.clock.sleep(11 * minutes);
    await place.stage.github.as("alice", place.stage.repository).dispatch("command.yml");
    await place.stage.runner.idle();

    const running = await place.running("hospital-a");
    expect(running.celery).toMatchObject({ min: 2, max: 10 });
    expect(running.django).toMatchObject({ min: 3, max: 6 });
    expect(plain((await place.comments(own)).at(-1)?.body)).toContain("its time is up");
    await place.stage.github.as("alice", place.stage.repository).close(own);
    await place.stage.github.as("alice", place.stage.repository).dispatch("command.yml");
    await place.stage.runner.idle();
    expect((await place.running("hospital-a")).django).toMatchObject({ min: 2, max: 6 });
  });
});

describe("a command during a deployment of the same tenant", { timeout: 4 * minutes }, () => {
  test("and the deployment come one after the other, and what the command changed is not lost", async () => {
    const oscar = place.stage.github.as("oscar", place.stage.repository);
    const deployed = releaseFleet(place, "v1.6.0");
    await expect
      .poll(() => place.newest("deploy").jobs.find(({ key }) => key.startsWith("deploy"))?.log ?? "", {
        timeout: 2 * minutes,
      })
      .toContain("production-celery: rolling");

    const id = await oscar.comment(pull, "/scale hospital-a 3");
    await deployed;
    await place.stage.runner.idle();

    const reply = await place.reply(pull, id);
    expect(reply).toMatch(/^### (Scaled hospital-a|Not run: somebody else works on it)/);
    const acted = reply?.startsWith("### Scaled") === true;
    expect(place.newest("deploy").conclusion).toBe("success");
    const { django } = await place.running("hospital-a");
    expect(django).toMatchObject({ release: "v1.6.0", min: acted ? 3 : 2, max: 6 });
    if (!acted) expect((await place.say("oscar", pull, "/scale hospital-a 3")).reply).toMatch(/^### Scaled/);
  });
});

describe("what another workflow does", { timeout: 4 * minutes }, () => {
  test("is waited for, and its end is told: a plan, and a deployment", async () => {
    const planned = await place.say("oscar", pull, "/plan");
    expect(planned.reply).toMatch(/^### Planned this pull request/);
    expect(planned.reply).toMatch(/was made again and (is in order|ended with)/);

    const retried = await place.say("oscar", pull, "/retry hospital-a");
    expect(retried.reply).toContain("hospital-a is settled: it is what git says");
  });
});

describe("what only looks", { timeout: 4 * minutes }, () => {
  test("says what runs, what git does not say yet, and what is wrong, and changes nothing", async () => {
    place.stage.aws.calls.clear();
    const status = await place.say("oscar", pull, "/status hospital-a");
    expect(status.reply).toMatch(/(\d+) of \1 tasks healthy/);
    expect(status.reply).toContain("settled");
    expect((await place.say("oscar", pull, "/status")).reply).toMatch(/^### Status of all tenants/);
    expect((await place.say("oscar", pull, "/logs hospital-a django since 1h")).reply).toMatch(
      /^### Logs of hospital-a/,
    );
    expect((await place.say("oscar", pull, "/diagnose hospital-a")).reply).toMatch(/^### Diagnosis of hospital-a/);
    expect((await place.say("rita", pull, "/help scale")).reply).toMatch(/^### How to `scale`/);
    expect(place.writes()).toEqual([]);
  });
});

describe("what is refused", { timeout: 4 * minutes }, () => {
  test.for([
    ["wim", "/scale hospital-a 4", "wim is no operator of production"],
    ["rita", "/scale hospital-a 4", "rita has read on this repository and needs write"],
    ["oscar", "/scale hosptial-a 4", "/scale hospital-a 4"],
    ["oscar", "/scale hospital-a 40", "outside the 2 to 10 of tier enterprise"],
    ["oscar", "/confirm op-zzzz", "is not waiting"],
    ["oscar", "/sclae hospital-a 4", "did you mean /scale?"],
  ] as const)("%s: %s", async ([login, body, says]) => {
    place.stage.aws.calls.clear();

    const { reply } = await place.say(login, pull, body);

    expect(reply).toMatch(/^### Not run/);
    expect(plain(reply)).toContain(says);
    expect(place.writes()).toEqual([]);
  });

  test.for(["> /scale hospital-a 4", "    /scale hospital-a 4", "thanks! /scale hospital-a 4"])(
    "nothing answers %j",
    async (body) => {
      place.stage.aws.calls.clear();

      const { reply } = await place.say("oscar", pull, body);

      expect(reply).toBeUndefined();
      expect(place.stage.aws.calls.all()).toEqual([]);
    },
  );
});

/** What a reader sees of a reply: without entities and marks. */
function plain(reply: string | undefined): string {
  return (reply ?? "")
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replace(/<\/?code>|`/g, "");
}
