import { expect, test } from "vitest";
import { formatImageReference, parseImageReference, platformDigest } from "../../actions/lib/domain/image.ts";

const digest = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;

test.for([
  ["mate/django", { repository: "mate/django" }],
  ["django:v1.4.0", { repository: "django", tag: "v1.4.0" }],
  ["localhost/mate/django", { registry: "localhost", repository: "mate/django" }],
  ["127.0.0.1:5000/mate/django", { registry: "127.0.0.1:5000", repository: "mate/django" }],
  ["127.0.0.1:5000/mate/django:v1", { registry: "127.0.0.1:5000", repository: "mate/django", tag: "v1" }],
  [
    `123456789012.dkr.ecr.us-east-1.amazonaws.com/mate/django@${digest}`,
    { registry: "123456789012.dkr.ecr.us-east-1.amazonaws.com", repository: "mate/django", digest },
  ],
  [
    `127.0.0.1:5000/mate/django:v1.4.0@${digest}`,
    { registry: "127.0.0.1:5000", repository: "mate/django", tag: "v1.4.0", digest },
  ],
] as const)("pitfall 3.61: takes %s apart and puts it together again", ([text, parts]) => {
  expect(parseImageReference(text)).toEqual(parts);
  expect(formatImageReference(parts)).toBe(text);
});

test.for([
  "",
  "Mate/Django",
  "mate/django:",
  "mate/django@sha256:short",
  "mate//django",
  "mate/django:v1:v2",
  "http://registry/mate",
  "mate/django@md5:abc",
  "-mate",
])("does not take %j for an image", (text) => {
  expect(parseImageReference(text)).toBeUndefined();
});

test("pitfall 3.59: finds the platform's image in an index and leaves its attestations aside", () => {
  const manifest = index([
    [digest, "linux", "amd64"],
    [other, "unknown", "unknown"],
  ]);
  expect(platformDigest({ digest: other, manifest, name: "mate/django" }, "linux/amd64")).toBe(digest);
});

test("names the platforms there are when the wanted one is not among them", () => {
  const manifest = index([
    [digest, "linux", "arm64"],
    [other, "unknown", "unknown"],
  ]);
  expect(() => platformDigest({ digest: other, manifest, name: "mate/django" }, "linux/amd64")).toThrow(
    "mate/django has no image for linux/amd64, only for linux/arm64;",
  );
});

test("a manifest that is no index stands for itself", () => {
  const manifest = JSON.stringify({ schemaVersion: 2, config: {}, layers: [] });
  expect(platformDigest({ digest, manifest, name: "mate/django" }, "linux/amd64")).toBe(digest);
});

function index(entries: readonly (readonly [string, string, string])[]): string {
  const manifests = entries.map(([of, os, architecture]) => ({ digest: of, platform: { os, architecture } }));
  return JSON.stringify({ schemaVersion: 2, manifests });
}
