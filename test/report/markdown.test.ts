import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byTenant } from "../../actions/lib/domain/outcome.ts";
import { details, document, fence, table } from "../../actions/lib/report/block.ts";
import { asHtml, code, md, strong } from "../../actions/lib/report/markdown.ts";
import { isUnsettledIssue, unsettledIssue } from "../../actions/lib/report/unsettled-issue.ts";
import { clip, entities } from "../../actions/lib/report/visible.ts";
import { hostileText } from "./hostile-views.ts";
import { LINKS, stage } from "./plans.ts";
import { skeleton, words } from "./skeleton.ts";

describe("the pieces", () => {
  test("text reads as it was written", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."abc`*_[]<>|~&$@#!()-+=.:/\\"), minLength: 1, maxLength: 30 }),
        (value) => {
          expect(
            words(document([{ block: `before ${entities(value)} after` }]))
              .replaceAll("\u200B", "")
              .trim(),
          ).toBe(`before ${value} after`);
        },
      ),
    );
  });

  test("code reads the same in a paragraph, a cell and a summary", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab `*_[]<>|~&$@#\\"), maxLength: 20 }), (value) => {
        const paragraph = words(document([{ block: `v: ${code(value).inline}` }])).trim();
        expect(
          words(document([table([md`v`], [[md`v: ${code(value)}`]])]))
            .trim()
            .split("\n")
            .at(-1),
        ).toBe(paragraph);
        expect(words(`<div>${asHtml(md`v: ${code(value)}`)}</div>`).trim()).toBe(paragraph);
      }),
    );
  });

  test.for([
    ["a no-break space", "a\u00A0b", "a⟨U+00A0⟩b"],
    ["an ideographic space", "a\u3000b", "a⟨U+3000⟩b"],
    ["a blank Braille cell", "a\u2800b", "a⟨U+2800⟩b"],
    ["a variation selector", "a\u{E0101}b", "a⟨U+E0101⟩b"],
  ])("%s is seen: without it, before and after would read the same", ([, value = "", shown]) => {
    expect(words(document([{ block: code(value).inline }])).trim()).toBe(shown);
    expect(words(document([{ block: md`${value}`.inline }])).trim()).toBe(shown);
  });

  test("bold is bold whatever stands at its ends", () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const tags = skeleton(document([{ block: `a ${strong(`x${value}`).inline}b` }]));
        expect(tags).toEqual(["<p>", "<strong>", "</strong>", "</p>"]);
      }),
    );
  });

  test("a fence holds any line, and details hold a fence", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1 }), (lines) => {
        expect(skeleton(document([details(md`log`, [fence(lines)])]))).toEqual([
          "<details>",
          "<summary>",
          "</summary>",
          "<pre>",
          "<code>",
          "</code>",
          "</pre>",
          "</details>",
        ]);
      }),
    );
  });

  test("what is clipped is counted, and no character is torn", () => {
    expect(clip("😀".repeat(5), 3)).toBe("😀😀😀… (4 more characters)");
    expect(clip("short", 5)).toBe("short");
  });

  test("an issue is found by its tenant and environment only", () => {
    const [failed] = byTenant([stage({ outcome: "failed", cause: "it broke" })]);
    if (failed === undefined) throw new Error("there is a failed tenant");
    const { body } = unsettledIssue({
      outcome: failed,
      since: "2026-11-23T10:02:48Z",
      release: "v1",
      history: [],
      links: LINKS,
    });
    expect(isUnsettledIssue(body, { tenant: "hospital-a", environment: "production" })).toBe(true);
    expect(isUnsettledIssue(body, { tenant: "hospital-a", environment: "staging" })).toBe(false);
  });
});
