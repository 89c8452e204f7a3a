import fc from "fast-check";
import { expect, test } from "vitest";
import { closest, editDistance } from "../../actions/lib/domain/spelling.ts";

test.for([
  ["djngo", "django"],
  ["dajngo", "django"],
  ["CELERY", "celery"],
  ["bet", "beat"],
  ["dj", undefined],
  ["postgres", undefined],
  ["", undefined],
] as const)("for %j suggests %j", ([word, suggestion]) => {
  expect(closest(word, ["django", "celery", "beat"])).toBe(suggestion);
});

test("a word is nothing away from itself, and one letter away from itself without one", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(19), (word, at) => {
      expect(editDistance(word, word)).toBe(0);
      const shorter = word.slice(0, at) + word.slice(at + 1);
      expect(editDistance(word, shorter)).toBe(shorter === word ? 0 : 1);
    }),
  );
});

test("the way there is as long as the way back", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
    }),
  );
});
