import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { type Section, section } from "../bed/aws/cloudformation/template/value.ts";
import { type TemplateName, template } from "./templates.ts";

const script = new URL("../../scripts/bootstrap.ts", import.meta.url).pathname;

function run(...options: string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...options], { encoding: "utf8" });
  return { status, text: `${stdout}${stderr}` };
}

const complete = [
  ...["production", "--repository", "example-health/mate-tenants", "--owner-id", "123456", "--repository-id", "456789"],
  ...[
    "--hosted-zone-id",
    "Z0123456789ABCDEFGHIJ",
    "--zones",
    "us-east-1a,us-east-1b",
    "--alert-email",
    "o'ncall@example.com",
  ],
];

describe("the printed commands", () => {
  const { status, text } = run(...complete);

  test("are a script that a shell reads without complaint", () => {
    expect(status).toBe(0);

    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    expect(spawnSync("bash", ["-n"], { env, input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  test.for<TemplateName>(["bootstrap/bootstrap", "bootstrap/roles", "platform/platform"])(
    "give %s every parameter it has no default for, and none it does not have",
    (name) => {
      const [, command = ""] = text.split(`--template-file infra/${name}.yml`);
      const [overrides = ""] = (command.split("--parameter-overrides ")[1] ?? "").split("\naws ");
      const given = [...overrides.matchAll(/(?:^|\s)([A-Z][A-Za-z]+)=/g)].map(([, parameter]) => parameter);
      const declared = Object.entries(section(template(name).document, "Parameters"));
      const needed = declared.filter(([, declaration]) => (declaration as Section).Default === undefined);

      expect(given).toEqual(expect.arrayContaining(needed.map(([parameter]) => parameter)));
      expect(declared.map(([parameter]) => parameter)).toEqual(expect.arrayContaining(given));
    },
  );

  test("quote what people typed", () => {
    expect(text).toContain("AlertEmail='o'\\''ncall@example.com'");
  });

  test("make the roles of AWS's services before the first stack needs one", () => {
    const [before = ""] = text.split("aws cloudformation deploy");

    expect(before).toContain("AWSServiceRoleForECS");
    expect(before).toContain("create-service-linked-role --aws-service-name ecs.amazonaws.com");
  });

  test.for([
    ["10", "false"],
    ["15", "true"],
    ["1000", "true"],
  ] as const)("ask for functions of its own in an account that may run %s at a time: %s", ([limit, answer]) => {
    const [, value = ""] = /ReserveLambdaConcurrency=(.+)$/m.exec(text) ?? [];
    const { stdout } = spawnSync("bash", ["-c", `aws() { echo ${limit}; }; printf %s ${value}`], { encoding: "utf8" });

    expect(stdout).toBe(answer);
  });

  test("make the GitHub environments that the roles trust", () => {
    for (const one of ["production", "production-ops", "production-restore", "production-drill"]) {
      expect(text).toContain(`repos/example-health/mate-tenants/environments/${one} `);
    }
  });
});

test("the branch asks for the plan of GitHub Actions alone, and for an approval of the very commit that is merged", () => {
  const { text } = run(...complete);
  const [, body = ""] = /branches\/main\/protection --input - <<<'(.+)'$/m.exec(text) ?? [];

  expect(JSON.parse(body)).toMatchObject({
    required_status_checks: { strict: true, checks: [{ context: "plan", app_id: 15_368 }] },
    enforce_admins: true,
    required_pull_request_reviews: {
      ...{ required_approving_review_count: 1, require_code_owner_reviews: true },
      ...{ dismiss_stale_reviews: true, require_last_push_approval: true },
    },
  });
});

test("what is missing is named, all of it", () => {
  const { status, text } = run("production", "--repository", "a/b");

  expect(status).toBe(2);
  for (const option of ["owner-id", "repository-id", "hosted-zone-id", "zones", "alert-email"]) {
    expect(text).toContain(`--${option} is missing: `);
  }
});

test("what is wrong is said before anything is printed that AWS would refuse half-way", () => {
  const wrong = ["--repository", "mate", "--owner-id", "example-health", "--zones", "us-east-1a,us-east-1a"];
  const { status, text } = run(...complete, ...wrong, "--alert-email", "oncall", "--billing-limit", "lots");

  expect(status).toBe(2);
  expect(text.split("\n\n")[0]?.split("\n")).toEqual([
    "--repository must be OWNER/NAME, got mate",
    "--owner-id must be a number, got example-health",
    "--zones must be two availability zones of us-east-1 with a comma between them, got us-east-1a,us-east-1a",
    "--alert-email must be an e-mail address, got oncall",
    "--billing-limit must be a number of US dollars, got lots",
  ]);
  expect(text).not.toContain("aws cloudformation deploy");
});

test("an environment that does not exist is refused with those that do", () => {
  const { status, text } = run("prodction", ...complete.slice(1));

  expect(status).toBe(2);
  expect(text).toMatch(/no environment prodction; there is .*production/);
});
