import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rdsDatabases } from "../../../actions/lib/adapters/aws/rds-databases.ts";

const instance = (id: string, status: string): string =>
  `<DBInstance><DBInstanceIdentifier>${id}</DBInstanceIdentifier><DBInstanceStatus>${status}</DBInstanceStatus></DBInstance>`;
const answer = `<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>${[
  instance("mate-clinic-x-production-drill-1", "available"),
  instance("somebody-elses", "a-status-of-next-year"),
].join("")}</DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`;

let server: Server;
beforeAll(async () => {
  server = createServer((_request, response) => void response.end(answer));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => new Promise((closed) => server.close(closed)));

test("an instance that is not the tenant's does not matter, whatever state it is in", async () => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "any" };
  const databases = rdsDatabases(new RDSClient({ region: "us-east-1", endpoint, credentials }));

  const found = await databases.list("mate-clinic-x-production-drill-");

  expect(found.map(({ id }) => id)).toEqual(["mate-clinic-x-production-drill-1"]);
});
