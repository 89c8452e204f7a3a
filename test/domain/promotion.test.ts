import { expect, test } from "vitest";
import type { Environment } from "../../actions/lib/domain/environment.ts";
import { promotionFindings } from "../../actions/lib/domain/promotion.ts";

const image = (repository: string, platform = "linux/amd64") => ({ repository, platform });
const images = { django: image("mate/django"), celery: image("mate/celery"), beat: image("mate/beat") };

function environment(name: string, account: string, more: object = {}): Environment {
  return { name, account, region: "us-east-1", images, ...more } as unknown as Environment;
}

const staging = environment("staging", "210987654321");
const production = environment("production", "123456789012", { releasesFrom: "staging" });

function findings(one: Environment, others: readonly Environment[], unreadable: readonly string[] = []) {
  const all = new Map([one, ...others].map((each) => [each.name, each]));
  return promotionFindings(one, all, unreadable).map(({ path, message, hint }) =>
    [path.join("."), message, ...(hint === undefined ? [] : [hint])].join(": "),
  );
}

test("an environment that builds its own, and one that gets them from another account, are fine", () => {
  expect(findings(staging, [production])).toEqual([]);
  expect(findings(production, [staging])).toEqual([]);
});

test.for<readonly [string, Environment, readonly Environment[], string]>([
  [
    "one that is not there",
    environment("production", "123456789012", { releasesFrom: "stagign" }),
    [staging],
    "releasesFrom: environment stagign has no file infra/environments/stagign.yml: did you mean staging?",
  ],
  [
    "itself",
    environment("production", "123456789012", { releasesFrom: "production" }),
    [],
    "releasesFrom: an environment's releases cannot come from itself; leave it out to build them",
  ],
  [
    "one that does not build its own",
    production,
    [environment("staging", "210987654321", { releasesFrom: "testing" })],
    "releasesFrom: staging gets its own from testing, and ECR copies no copies: name testing",
  ],
  [
    "one with the same registry",
    production,
    [environment("staging", "123456789012")],
    "releasesFrom: staging has the same registry, so its images are here anyway; leave it out",
  ],
  [
    "one that copies to another already",
    production,
    [staging, environment("abroad", "111122223333", { releasesFrom: "staging" })],
    "releasesFrom: staging copies its images to abroad already, and only to one",
  ],
  [
    "one with another platform",
    production,
    [environment("staging", "210987654321", { images: { ...images, beat: image("mate/beat", "linux/arm64") } })],
    "images.beat.platform: platform of beat must be that of staging, linux/arm64, because its images are copied",
  ],
])("from %s: refused", ([, one, others, expected]) => {
  expect(findings(one, others)).toEqual([expected]);
});

test("of one whose file has problems of its own nothing more is said", () => {
  expect(findings(production, [], ["staging"])).toEqual([]);
});
