import { expect, test } from "vitest";
import { jobOf, rehearse, runOnPush } from "./rehearsal.ts";

test("it takes depth, ref and path, and leaves no credentials where none are wanted", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "shallow $(git rev-list --count HEAD) on $(git branch --show-current) with $(git config --get-regexp extraheader | wc -l)"
      - uses: actions/checkout@v6
        with: { path: deep, fetch-depth: 0, persist-credentials: false }
      - run: cd deep && echo "deep $(git rev-list --count HEAD) with $(git config --get-regexp extraheader | wc -l), $(git branch -r | tr -d '\\n')"
      - uses: actions/checkout@v6
        with: { path: other, ref: side }
      - run: cat other/side.txt
      - uses: actions/checkout@v6
      - run: ls
`,
  });
  host.commit("side", { "side.txt": "from the side" });
  host.push("main", { "a.txt": "1" });
  await runner.idle();
  const [run] = runner.runs();
  const job = jobOf(run as NonNullable<typeof run>, "a");

  expect(job.annotations).toEqual([]);
  expect(job.log).toContain("shallow 1 on main with 1");
  expect(job.log).toContain("deep 2 with 0,   origin/main  origin/side");
  expect(job.log).toContain("from the side");
  expect(job.steps.find(({ name }) => name === "Run ls")?.log.split("##[endgroup]\n")[1]).toBe("a.txt");
  expect(job.conclusion).toBe("success");
});

test("a later push does not change what a run checks out", async () => {
  const { host, runner } = rehearse({
    ".github/workflows/w.yml": `
on: workflow_dispatch
jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: sleep 0.4 }, { uses: actions/checkout@v6 }, { run: cat a.txt }] } }
`,
    "a.txt": "as dispatched",
  });
  await runner.dispatch({ repository: host.name, workflow: "w.yml", actor: "bob" });
  host.commit("main", { "a.txt": "later" });
  await runner.idle();

  expect(runner.runs()[0]?.jobs[0]?.log).toContain("as dispatched");
});

test.for([
  ["{ ref: nowhere }", "A branch or tag with the name 'nowhere' could not be found"],
  ["{ path: ../outside }", "is not under"],
  ["{ submodules: true }", "the runner does not model submodules: true of actions/checkout"],
  ["{ ssh-key: x }", "the runner does not model the input ssh-key of actions/checkout"],
])("with %s it fails", async ([inputs, message]) => {
  const run = await runOnPush(
    `jobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v6, with: ${inputs} }] } }\n`,
  );

  expect(run.conclusion).toBe("failure");
  expect(jobOf(run, "a").annotations[0]?.message).toContain(message);
});
