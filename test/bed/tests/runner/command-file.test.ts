import { expect, test } from "vitest";
import { readPairs, readPaths } from "../../runner/command-file.ts";
import { readCommand } from "../../runner/command-line.ts";
import { SecretMask } from "../../runner/secrets.ts";

test("pairs and heredocs are read, and the last value of a name wins", () => {
  const pairs = readPairs("a=1\nb<<END\nline 1\na=2\nEND\nc=x=y<<z\na=3\nd<<E\nE\n");

  expect([...pairs]).toEqual([
    ["a", "3"],
    ["b", "line 1\na=2"],
    ["c", "x=y<<z"],
    ["d", ""],
  ]);
});

test.for([
  ["just text", "Invalid format 'just text'"],
  ["=1", "Invalid format '=1'. Name must not be empty"],
  ["<<E\nE", "Invalid format '<<E'. Name must not be empty and delimiter must not be empty"],
  ["a<<E\n1\n", "Invalid value. Matching delimiter not found 'E'"],
])("refuses %j", ([content = "", message]) => {
  expect(() => readPairs(content)).toThrow(message);
});

test("the folder written last is searched first", () => {
  expect(readPaths("/a\n\n/b\n")).toEqual(["/b", "/a"]);
});

test.for<[string, unknown]>([
  [
    "::error file=a%2Cb.yml,line=3,col=7::50%25 of%0Ait",
    { name: "error", properties: { file: "a,b.yml", line: "3", col: "7" }, data: "50% of\nit" },
  ],
  ["::endgroup::", { name: "endgroup", properties: {}, data: "" }],
  ["  ::notice title=A::: b::c", { name: "notice", properties: { title: "A" }, data: ": b::c" }],
  ["::add-mask::a::b", { name: "add-mask", properties: {}, data: "a::b" }],
  ["see ::error::x", undefined],
  [":: error::x", undefined],
])("reads %j as a command or as text", ([line, expected]) => {
  expect(readCommand(line)).toEqual(expected);
});

test("secrets are hidden, each line of one that has several, and the longer of two first", () => {
  const mask = new SecretMask();
  mask.add("pass");
  mask.add("password");
  mask.add("-----BEGIN\nabc123\n");
  mask.add("  ");

  expect(mask.hide("password pass abc123 x  y")).toBe("*** *** *** x  y");
});
