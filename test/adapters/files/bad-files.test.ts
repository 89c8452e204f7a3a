import { expect, test } from "vitest";
import { readRepository } from "../../../actions/lib/adapters/files/repository.ts";
import { formatProblem } from "../../../actions/lib/domain/problem.ts";
import { repositoryWith, standardTenant } from "../../fixtures/tenants/repository.ts";

const problemsOf = (changes: Readonly<Record<string, string | undefined>>): readonly string[] =>
  readRepository(repositoryWith(changes)).problems.map(formatProblem);

test("the examples have no problems", () => {
  expect(problemsOf({})).toEqual([]);
});

test.for([50, 55])("storage of 50 GiB may grow by itself to %d", (most) => {
  const file = standardTenant("clinic-x", `database: { maxAllocatedStorageGib: ${most} }`);
  expect(problemsOf({ "tenants/clinic-x.yml": file })).toEqual([]);
});

/** Lines below a correct standard tenant → the one problem, without the file's name. */
test.for([
  ["stat: active", '6:1: unknown key "stat" (did you mean state?)'],
  [
    "wibble: 1",
    '6:1: unknown key "wibble" (known here: name, displayName, tier, environment, contact, sso, state, release, subdomain, services, database, redis, storage, monthlyBudgetUsd, logRetentionDays, allowDestruction, tags)',
  ],
  ["state: suspend", '6:8: state must be active or suspended, got "suspend" (did you mean suspended?)'],
  ["state:", "6:1: state has no value; write one or remove the line"],
  ["suspended: true", "6:1: suspending is written as state: suspended"],
  ["release: 1.4", "6:10: release must be text, got 1.4; put it in quotes"],
  ["release: latest", '6:10: release must look like v1.4.0, got "latest"'],
  ["services: { djngo: {} }", '6:13: unknown key "djngo" in services (did you mean django?)'],
  [
    "services: { beat: { count: 2 } }",
    "6:21: beat has no count: there is always exactly one, because two schedulers would run every job twice",
  ],
  [
    "services: { django: { spot: true } }",
    "6:23: django does not run on Spot: interruptions would cut off people at work; only celery has spot",
  ],
  ['services: { django: { count: "4" } }', '6:30: count must be a whole number of tasks or { min, max }, got "4"'],
  ["services: { django: { count: 2.5 } }", "6:30: count must be a whole number of tasks or { min, max }, got 2.5"],
  ["services: { django: { count: { min: 1 } } }", "6:23: max is missing (The most tasks auto scaling may start.)"],
  ["services: { django: { count: { min: 4, max: 2 } } }", "6:37: count min 4 is above max 2; swap them or raise max"],
  ["services: { django: { count: 6 } }", "6:30: count 6 is outside the 1 to 5 of tier standard"],
  ["services: { django: { count: { min: 2, max: 9 } } }", "6:45: count 9 is outside the 1 to 5 of tier standard"],
  [
    "services: { celery: { count: 0 } }",
    "6:30: count 0 would stop the service; to stop the tenant write state: suspended",
  ],
  ["services: { django: { cpu: 1000 } }", "6:28: cpu must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got 1000"],
  [
    "services: { django: { cpu: 512, memory: 512 } }",
    "6:41: Fargate has no tasks with cpu 512 and memory 512; with cpu 512 memory is 1024 to 4096 in steps of 1024",
  ],
  [
    "services: { beat: { memory: 1536 } }",
    "6:29: Fargate has no tasks with cpu 256 and memory 1536; with cpu 256 memory is 512, 1024 or 2048",
  ],
  [
    "services: { django: { cpu: 2048 } }",
    "6:28: Fargate has no tasks with cpu 2048 and memory 1024; with cpu 2048 memory is 4096 to 16384 in steps of 1024; memory is the tier's default here, so write it too",
  ],
  ["services: { django: { cpu: 4096, memory: 8192 } }", "6:28: cpu 4096 is outside the 256 to 2048 of tier standard"],
  ["services:\n  django:\n    cpu: lots", '8:10: cpu must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got "lots"'],
  ["sso: { type: smal }", '6:14: type must be none, saml or oidc, got "smal" (did you mean saml?)'],
  [
    "sso: { metadataUrl: https://idp.example.com }",
    "6:1: type is missing; it is none, saml or oidc (How the hospital's people sign in. Left out: with accounts of the central user pool.)",
  ],
  ["sso: { type: saml }", "6:1: metadataUrl is missing (Where the identity provider publishes its SAML metadata.)"],
  [
    "sso: { type: saml, metadataUrl: http://idp.example.com }",
    '6:33: metadataUrl must be an https URL, got "http://idp.example.com"',
  ],
  [
    "sso: { type: oidc, issuer: https://a.example, clientId: m, clientSecretArn: s3cret }",
    '6:77: clientSecretArn must be the ARN of a Secrets Manager secret, got "s3cret"',
  ],
  [
    "sso: { type: oidc, issuer: https://a.example, clientId: m, clientSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x' }",
    "6:77: clientSecretArn is in account 123456789012 eu-west-1, but environment production is account 123456789012 us-east-1",
  ],
  [
    "sso: { type: oidc, issuer: https://a.example, clientId: m, clientSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:mate/production/clinic-b/oidc-AbCdEf' }",
    "6:77: clientSecretArn is secret mate/production/clinic-b/oidc-AbCdEf, and that of x-clinic is called mate/production/x-clinic/oidc",
  ],
  [
    "database: { multiAz: true }",
    "6:22: multiAz true is not part of tier standard; change tier to enterprise, which is done in place",
  ],
  [
    "database: { instanceClass: db.t4g.medum }",
    "6:28: instanceClass db.t4g.medum is not offered in tier standard, which has db.t4g.micro, db.t4g.small, db.t4g.medium, db.t4g.large, db.m6g.large or db.m7g.large (did you mean db.t4g.medium?)",
  ],
  [
    "database: { allocatedStorageGib: 300 }",
    "6:34: maxAllocatedStorageGib 200 is below allocatedStorageGib 300; write both, the maximum at least as large",
  ],
  [
    "database: { maxAllocatedStorageGib: 54 }",
    "6:37: maxAllocatedStorageGib 54 is too near to allocatedStorageGib 50: RDS takes 55 or more, or 50 for storage that never grows",
  ],
  ["database: { backupRetentionDays: 3 }", "6:34: backupRetentionDays 3 is not possible: tier standard has 7 to 35"],
  ["database: { backupRetentionDays: 36 }", "6:34: backupRetentionDays must be at most 35, got 36"],
  ["database: { engineVersion: 17.10 }", "6:28: engineVersion must be text, got 17.1; put it in quotes"],
  [
    'database: { engineVersion: "16.4" }',
    "6:28: engineVersion 16.4 is not possible: databases are PostgreSQL 17 here; another major version is raised for the whole tier",
  ],
  ["redis: { nodes: 2 }", "6:17: nodes 2 is not possible: tier standard has exactly 1"],
  ["redis: { index: 2 }", "6:17: index is for tiers that share Redis; tier standard has its own, remove the line"],
  [
    "storage: { throughputMibps: 10 }",
    "6:29: provisioned throughput is not part of tier standard, whose file system is bursting; remove the line or change tier to enterprise",
  ],
  [
    `subdomain: ${"a".repeat(48)}`,
    `6:12: subdomain ${"a".repeat(48)} has 48 characters and may have 47 in environment production: a certificate's name ends at 64, with .mate.example.com`,
  ],
  ["subdomain: www", '6:12: subdomain "www" belongs to the platform; choose another'],
  [
    "subdomain: Clinic_X",
    '6:12: subdomain must be one DNS label of lowercase letters, digits and hyphens, got "Clinic_X"',
  ],
  [
    "subdomain: staging",
    "6:12: subdomain staging makes staging.mate.example.com, which environment staging has its tenants under; choose another",
  ],
  ["subdomain: hospital-a", "6:12: subdomain hospital-a already belongs to tenant hospital-a; choose another"],
  [
    "logRetentionDays: 100",
    "6:19: logRetentionDays must be 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653, got 100",
  ],
  [
    "allowDestruction: [{ resource: Database }]",
    "6:20: reason is missing (Why losing what it holds is right; kept in the journal.)",
  ],
  [
    "allowDestruction: [{ resource: Database, reason: because }]",
    '6:50: reason must have at least 10 characters, got "because"',
  ],
  ["tags: { tier: gold }", "6:9: tag tier is set by the platform; leave it out"],
  ["tags: { Mate-Tenant: hospital-b }", "6:9: tag Mate-Tenant is set by the platform; leave it out"],
  ['tags: { mate-delete-after: "2020-01-01" }', "6:9: tag mate-delete-after is set by the platform; leave it out"],
  ["tags: { owner: a, Owner: b }", "6:19: tag Owner is owner to IAM, which knows no upper case; write one of them"],
  [
    "tags: { aws:x: gold }",
    '6:9: tag key "aws:x" is not one AWS takes: letters, digits and _.:/=+@- only, not starting with aws:',
  ],
  ["tags: [a]", '6:1: tags must be a mapping (key: value), got ["a"]'],
] as const)("says about %j: %s", ([more, problem]) => {
  expect(problemsOf({ "tenants/x-clinic.yml": standardTenant("x-clinic", `${more}\n`) })).toEqual([
    `tenants/x-clinic.yml:${problem}`,
  ]);
});

/** Lines below a trial with Redis index 5 → the problem. */
test.for([
  [
    "database: { instanceClass: db.t4g.micro }",
    "7:1: tenants of tier trial share one database and cannot size it; remove database, or move the tenant to a paying tier",
  ],
  ["services: { django: { count: 2 } }", "7:30: count 2 is not possible: tier trial has exactly 1"],
  [
    "sso: { type: saml, metadataUrl: https://idp.example.com/m }",
    "7:14: sso saml is not part of tier trial, which has none",
  ],
  [
    "storage: { throughputMibps: 1 }",
    "7:29: provisioned throughput is not part of tier trial, whose file system is shared; remove the line or change tier to enterprise",
  ],
] as const)("refuses a trial %j", ([more, problem]) => {
  const text = `${standardTenant("x-trial", "redis: { index: 5 }\n").replace("standard", "trial")}${more}\n`;
  expect(problemsOf({ "tenants/x-trial.yml": text })).toEqual([`tenants/x-trial.yml:${problem}`]);
});

test("a trial without a Redis database number is told to take one, and with a taken one which is free", () => {
  const trial = standardTenant("x-trial").replace("standard", "trial");
  expect(problemsOf({ "tenants/x-trial.yml": trial })).toEqual([
    "tenants/x-trial.yml:1:1: tenants of tier trial share one Redis and each needs a database number of its own: redis: { index: 0 to 255 }",
  ]);
  expect(problemsOf({ "tenants/x-trial.yml": `${trial}redis: { index: 0 }\n` })).toEqual([
    "tenants/x-trial.yml:6:17: redis index 0 already belongs to tenant trial-c (the next free one is 1)",
  ]);
});

test("an enterprise tenant keeps its standby, its failover and its 30 days", () => {
  const text = `${standardTenant("x-clinic").replace("standard", "enterprise")}database: { multiAz: false, backupRetentionDays: 7 }\nredis: { nodes: 1 }\n`;
  expect(problemsOf({ "tenants/x-clinic.yml": text })).toEqual([
    "tenants/x-clinic.yml:6:22: multiAz false is not possible in tier enterprise: its databases always have a standby; remove the line",
    "tenants/x-clinic.yml:6:50: backupRetentionDays 7 is not possible: tier enterprise has 30 to 35",
    "tenants/x-clinic.yml:7:17: nodes 1 is not possible: tier enterprise has 2 to 6",
  ]);
});

test("reports every problem of every file at once, in reading order", () => {
  const found = problemsOf({
    "tenants/clinic-b.yml": "name: clinic-x\ntier: gold\nenvironment: prodction\ncontact: nobody\n",
    "tenants/hospital-a.yml": standardTenant("hospital-a", "sate: active\nservices: { django: { cpu: 3 } }\n"),
    "tenants/broken.yml": "name: [broken\n",
    "infra/environments/staging.yml": "name: staging\n",
  });
  expect(found.filter((problem) => problem.startsWith("tenants/"))).toEqual([
    "tenants/broken.yml:2:1: not valid YAML: deficient indentation",
    "tenants/clinic-b.yml:1:1: displayName is missing (The hospital's name as people write it.)",
    'tenants/clinic-b.yml:2:7: tier must be enterprise, standard or trial, got "gold"',
    'tenants/clinic-b.yml:4:10: contact must be an e-mail address, got "nobody"',
    'tenants/hospital-a.yml:6:1: unknown key "sate" (did you mean state?)',
    "tenants/hospital-a.yml:7:28: cpu must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got 3",
  ]);
  expect(found.filter((problem) => problem.startsWith("infra/environments/staging.yml")).length).toBeGreaterThan(8);
});

test("an environment that takes its releases from one that is not there is told where it says so", () => {
  const path = "infra/environments/production.yml";
  const { bytes } = repositoryWith({}).find((file) => file.path === path) ?? {};
  const text = new TextDecoder().decode(bytes);
  const line = text.split("\n").findIndex((one) => one.startsWith("release: ")) + 2;

  const found = problemsOf({ [path]: text.replace(/^release: .*$/m, "$&\nreleasesFrom: stagign") });

  expect(found).toEqual([
    `${path}:${line}:15: environment stagign has no file infra/environments/stagign.yml (did you mean staging?)`,
  ]);
});

test("a wrong environment and a name that is not the file's are said at their values", () => {
  const text = standardTenant("other").replace("production", "prodution");
  expect(problemsOf({ "tenants/x-clinic.yml": text })).toEqual([
    'tenants/x-clinic.yml:1:7: name "other" is not the file\'s name "x-clinic"; make them the same',
    "tenants/x-clinic.yml:4:14: environment prodution has no file infra/environments/prodution.yml (did you mean production?)",
  ]);
});

test.for([
  ["tenants/x.yaml", "only .yml files are read; rename it to x.yml"],
  ["tenants/notes.txt", "tenants/ holds <name>.yml files only; move notes.txt somewhere else"],
  ["tenants/old/x.yml", "tenants/ has no folders inside; move the file up"],
  ["infra/tiers/gold.yaml", "only .yml files are read; rename it to gold.yml"],
] as const)("says why %s is not read", ([path, why]) => {
  expect(problemsOf({ [path]: standardTenant("x") })).toEqual([`${path}:1:1: ${why}`]);
});

test("a missing tier file is said where it is used, and an empty repository is not a healthy one", () => {
  expect(problemsOf({ "infra/tiers/trial.yml": undefined })).toEqual([
    "tenants/trial-c.yml:4:7: tier trial has no file infra/tiers/trial.yml; add it or choose another tier",
  ]);
  expect(readRepository([]).problems.map(formatProblem)).toEqual([
    "infra/environments:1:1: the folder is missing; nothing can be planned without it",
    "infra/tiers:1:1: the folder is missing; nothing can be planned without it",
    "tenants:1:1: the folder is missing; nothing can be planned without it",
  ]);
});
