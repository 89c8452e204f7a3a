/** What every implementation of the Records port promises, and S3 with it: conditions decide races, listings page. */
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { s3Records } from "../../actions/lib/adapters/aws/s3-records.ts";
import type { Records } from "../../actions/lib/ports/records.ts";
import type { Place } from "./place.ts";

const Bucket = "mate-records";

export function recordsSuite(place: () => Place): void {
  describe("records in S3", () => {
    let s3: S3Client;
    let records: Records;
    beforeAll(async () => {
      s3 = new S3Client(place().settings);
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
      records = s3Records(s3, Bucket);
    });

    test("what was never written is undefined, and deleting it is no error", async () => {
      await records.delete("nothing/here.json");
      expect(await records.get("nothing/here.json")).toBeUndefined();
    });

    test("what was written is read back with the tag that writing gave", async () => {
      const value = { tenant: "hospital-a", counts: [1, 2], text: "Zürich – 東京 ✅" };
      const tag = await records.put("a/one.json", value);
      expect(await records.get("a/one.json")).toEqual({ value, tag });
    });

    test("of two that take what is free, one gets it, and the other sees who", async () => {
      const taken = await Promise.all(
        ["alice", "oscar"].map((owner) => records.put("leases/hospital-a.json", { owner }, { ifAbsent: true })),
      );
      const [winner] = ["alice", "oscar"].filter((_, index) => taken[index] !== undefined);
      expect(taken.filter((tag) => tag !== undefined)).toHaveLength(1);
      expect((await records.get("leases/hospital-a.json"))?.value).toEqual({ owner: winner });
    });

    test("a writer with an old tag changes nothing", async () => {
      const first = (await records.put("a/two.json", { step: 1 })) ?? "";
      const second = await records.put("a/two.json", { step: 2 }, { ifTag: first });
      expect(second).toEqual(expect.any(String));
      expect(await records.put("a/two.json", { step: 3 }, { ifTag: first })).toBeUndefined();
      expect((await records.get("a/two.json"))?.value).toEqual({ step: 2 });
    });

    test("a tag of what is gone writes nothing", async () => {
      const tag = (await records.put("a/three.json", {})) ?? "";
      await records.delete("a/three.json");
      expect(await records.put("a/three.json", { again: true }, { ifTag: tag })).toBeUndefined();
      expect(await records.get("a/three.json")).toBeUndefined();
    });

    test("what was deleted is free again", async () => {
      await records.put("leases/clinic-b.json", { owner: "alice" }, { ifAbsent: true });
      await records.delete("leases/clinic-b.json");
      expect(await records.put("leases/clinic-b.json", { owner: "oscar" }, { ifAbsent: true })).toBeDefined();
    });

    test("a listing of more than a thousand keys is whole, in order, and of its prefix only", async () => {
      const keys = Array.from({ length: 1_003 }, (_, index) => `settled/t-${String(index).padStart(4, "0")}/f`);
      await records.put("settlement/other", {});
      for (let from = 0; from < keys.length; from += 50)
        await Promise.all(keys.slice(from, from + 50).map((key) => records.put(key, {})));
      expect(await records.list("settled/")).toEqual(keys);
    }, 60_000);

    test("a key with signs that URLs treat specially stays what it is", async () => {
      const key = "odd/a b+c%20d&e=f?g#h'(1)é.json";
      await records.put(key, { kept: true });
      expect((await records.get(key))?.value).toEqual({ kept: true });
      expect(await records.list("odd/")).toEqual([key]);
    });

    test("every version of a changed and deleted record is kept below its delete marker", async () => {
      await records.put("kept/one.json", { version: 1 });
      await records.put("kept/one.json", { version: 2 });
      await records.delete("kept/one.json");
      const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "kept/" }));
      expect(Versions?.map(({ IsLatest }) => IsLatest)).toEqual([false, false]);
      expect(DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true]);
    });
  });
}
