import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { masked, shownValue, withoutSecrets } from "../../actions/lib/domain/sensitive.ts";

describe("pitfall 3.24: secrets do not enter a plan", () => {
  test.for([
    ["/Properties/MasterUserPassword", "correct-horse-battery"],
    ["/Properties/AuthToken", "abcdefghijklmnop"],
    ["/Properties/SecretString", "x"],
    ["/Properties/ProviderDetails/client_secret", "123456"],
    ["/Properties/Anything", "****"],
    ["/Properties/Note", "AKIAIOSFODNN7EXAMPLE"],
    ["/Properties/Note", `ghp_${"a1B2".repeat(9)}`],
    ["/Properties/Note", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1"],
  ])("%s: %s is masked whole", ([path, value]) => {
    expect(shownValue(path as string, value as string)).toBe(masked);
  });

  test.for([
    [
      "the password of an address",
      "postgres://mate:hunter2@db.internal/mate",
      "postgres://mate:(sensitive)@db.internal/mate",
    ],
    [
      "a password in a connection string",
      "host=db;password=hunter2;port=5432",
      "host=db;password=(sensitive);port=5432",
    ],
    [
      "a variable of the application",
      "DATABASE_PASSWORD=hunter2 REDIS_TOKEN=abc PORT=8443",
      "DATABASE_PASSWORD=(sensitive) REDIS_TOKEN=(sensitive) PORT=8443",
    ],
    ["a variable in YAML", "DATABASE_PASSWORD: hunter2", "DATABASE_PASSWORD: (sensitive)"],
    ["a key of the account", "aws_secret_access_key=wJalr/XUtn+x", "aws_secret_access_key=(sensitive)"],
    [
      "a setting that Python printed",
      "got {'NAME': 'mate', 'PASSWORD': 'correct horse', 'PORT': '5432'}",
      "got {'NAME': 'mate', 'PASSWORD': '(sensitive)', 'PORT': '5432'}",
    ],
    [
      "a member of JSON in a line",
      'sent {"user":"a","client_secret": "x,y"}',
      'sent {"user":"a","client_secret": "(sensitive)"}',
    ],
    [
      "a member of JSON inside JSON",
      String.raw`log {"message":"{\"password\":\"hunter2\"}"}`,
      String.raw`log {"message":"{\"password\":\"(sensitive)"}"}`,
    ],
    ["a header", "Authorization: Bearer abc.def", "Authorization: Bearer (sensitive)"],
    [
      "a dynamic reference",
      "x-{{resolve:secretsmanager:prod/db:SecretString:password}}-y",
      "x-(from secretsmanager)-y",
    ],
    ["a private key", "key: -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "key: (sensitive)"],
  ])("%s is masked within its text", ([_name, text, shown]) => {
    expect(shownValue("/Properties/Text", text as string)).toBe(shown);
  });

  test.for([
    'FATAL: password authentication failed for user "mate"',
    "invalid token: it expired",
    'password = os.environ["DATABASE_PASSWORD"]',
    "max_tokens=5 monkey=1",
  ])("%j keeps its words", (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  test("in a structure only the secret members are masked", () => {
    const variables = JSON.stringify([
      { Name: "DJANGO_SECRET_KEY", Value: "s3cr3t" },
      { Name: "MATE_RELEASE", Value: "v1.4.0" },
    ]);

    expect(shownValue("/Properties/Environment", variables)).toBe(
      '[{"Name":"DJANGO_SECRET_KEY","Value":"(sensitive)"},{"Name":"MATE_RELEASE","Value":"v1.4.0"}]',
    );
  });

  test.for([
    ["/Properties/ManageMasterUserPassword", "true"],
    ["/Properties/GenerateSecret", "false"],
    ["/Properties/MasterUserSecret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"],
    ["/Properties/TokenValidityUnits", "minutes"],
    ["/Properties/DBInstanceClass", "db.t4g.medium"],
    ["/Properties/Image", `mate/django@sha256:${"0123456789abcdef".repeat(4)}`],
    ["/Properties/KmsKeyId", "1234abcd-12ab-34cd-56ef-1234567890ab"],
    ["/Properties/Endpoint", "https://idp.hospitala.com/metadata?tenant=a"],
    ["/Properties/AuthToken", "(known after apply)"],
  ])("%s: %s is no secret", ([path, value]) => {
    expect(shownValue(path as string, value as string)).toBe(value);
  });

  test("a secret under a secret's name is never shown, whatever it looks like", () => {
    const secret = fc
      .string({ minLength: 1 })
      .filter((text) => !/^\s*[[{]|^(true|false)$|^arn:|known after apply/i.test(text));

    fc.assert(fc.property(secret, (text) => shownValue("/Properties/MasterUserPassword", text) === masked));
  });

  test("free text keeps everything else", () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z ]{0,60}$/), (text) => withoutSecrets(text) === text));
  });
});
