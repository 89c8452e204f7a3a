import * as fc from "fast-check";
import { expect, test } from "vitest";
import { placesInWaves, waves } from "../../actions/lib/domain/wave.ts";

test("canaries are a wave of their own, the others follow by percent and alphabet", () => {
  const tenants = ["e", "d", "c", "b", "a", "canary"];

  expect(waves(tenants, { canaries: ["canary"], waves: [20, 60, 100] })).toEqual([
    { number: 1, tenants: ["canary"] },
    { number: 2, tenants: ["a"] },
    { number: 3, tenants: ["b", "c"] },
    { number: 4, tenants: ["d", "e"] },
  ]);
});

test("waves without a tenant are left out, and the numbers stay without gaps", () => {
  expect(waves(["a"], { canaries: ["gone"], waves: [10, 50, 100] })).toEqual([{ number: 1, tenants: ["a"] }]);
});

test("a wave of more tenants than a job has time for becomes several of even size", () => {
  const tenants = ["a", "b", "c", "d", "e", "canary"];

  expect(waves(tenants, { canaries: ["canary"], waves: [100] }, 2)).toEqual([
    { number: 1, tenants: ["canary"] },
    { number: 2, tenants: ["a", "b"] },
    { number: 3, tenants: ["c"] },
    { number: 4, tenants: ["d", "e"] },
  ]);
});

test("every tenant is in exactly one wave, whatever the percentages", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 40 });
  const percents = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 5 });
  fc.assert(
    fc.property(names, names, percents, (tenants, canaries, early) => {
      const rising = [...new Set(early)].toSorted((a, b) => a - b);
      const dealt = waves(tenants, { canaries, waves: [...rising, 100] });

      expect(dealt.flatMap((wave) => wave.tenants).toSorted()).toEqual(tenants.toSorted());
      expect(dealt.map(({ number }) => number)).toEqual(dealt.map((_, index) => index + 1));
    }),
  );
});

test("each tenant has its place: the number of its wave, and of how many", () => {
  const dealt = waves(["a", "b", "canary"], { canaries: ["canary"], waves: [50, 100] });

  expect([...placesInWaves(dealt)]).toEqual([
    ["canary", { number: 1, of: 3 }],
    ["a", { number: 2, of: 3 }],
    ["b", { number: 3, of: 3 }],
  ]);
});
