/** Single calls, when what stands in front of a service answers in its place. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { opsImages } from "../../../actions/lib/adapters/aws/ops-images.ts";
import { awsQueries, textOf, within } from "../../../actions/lib/adapters/aws/ops-query.ts";
import { callFailure } from "../../../actions/lib/adapters/aws/scheduler-failure.ts";

const pages = ["<html><body><h1>503 Service Unavailable<br></body></html>", ""];
const digest = `sha256:${"a".repeat(64)}`;
const answers = {
  sts: `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIA</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  ecr: JSON.stringify({ images: [{ imageId: { imageDigest: digest }, imageManifest: "{}" }] }),
};
const signing = {
  region: "us-east-1",
  credentials: async () => ({ accessKeyId: "AKIA", secretAccessKey: "any" }),
  pause: async () => {},
};

let server: Server;
/** Pages still to be shown before the service answers. */
let front: string[] = [];
const earlier = process.env.AWS_ENDPOINT_URL;
beforeAll(async () => {
  server = createServer((request, response) => {
    const page = front.shift();
    const kind = request.headers["x-amz-target"] === undefined ? "sts" : "ecr";
    response.writeHead(page === undefined ? 200 : 503).end(page ?? answers[kind]);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  front = [];
});
afterAll(async () => {
  if (earlier === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = earlier;
  await new Promise((closed) => server.close(closed));
});

test.for(pages)("a query is asked again after %j", async (page) => {
  front = [page];

  const answer = await awsQueries(signing)({ service: "sts", action: "AssumeRole", parameters: {} });

  expect(textOf(within(answer, "Credentials"), "AccessKeyId")).toBe("AKIA");
});

test.for(pages)("an image is asked for again after %j", async (page) => {
  front = [page];

  const found = await opsImages(signing).find({ repository: "mate/django", tag: "v1.4.0", platform: "linux/arm64" });

  expect(found).toBe(digest);
});

test("a service that stays away is told with its status", async () => {
  front = Array.from({ length: 9 }, () => "<html><br></html>");

  await expect(awsQueries(signing)({ service: "sts", action: "AssumeRole", parameters: {} })).rejects.toMatchObject({
    name: "Status503",
    status: 503,
  });
});

test("a signature that AWS refused for the runner's clock is made again once the SDK has set its own right", () => {
  const refused = (clockSkewCorrected: boolean): Error =>
    Object.assign(new Error("Signature expired"), {
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403, clockSkewCorrected },
    });

  expect(callFailure(refused(true))).toBe("broken");
  expect(callFailure(refused(false))).toBe("final");
});
