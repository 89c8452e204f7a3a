import { constants, existsSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { repositoryFiles, root, textOf } from "./committed.ts";

const binary = /\.(png|jpe?g|gif|woff2?|gz|zip)$/;
const texts = repositoryFiles().filter((path) => !binary.test(path) && !path.includes("/dist/"));

/** Written in two parts, so that this file does not find itself. */
const foreign: readonly (readonly [string, RegExp])[] = [
  ["the place it was written at", new RegExp(`(^|[\\s"'\`(=:])/${"work"}/`, "m")],
  ["a home folder", new RegExp(`(^|[\\s"'\`(=:])/(${"root"}|${"home"}/[a-z]+|${"Users"}/[A-Za-z]+)/`, "m")],
  [
    "a host of a package registry",
    new RegExp(
      ["registry.npmjs", "registry.yarnpkg", "pypi", "pythonhosted", "crates", "proxy.golang"]
        .map((host) => `${host.replace(".", "\\.")}\\.${"(org|io|com)"}`)
        .join("|"),
    ),
  ],
];

test.for(foreign)("no committed file names %s", ([, pattern]) => {
  expect(texts.filter((path) => pattern.test(textOf(path)))).toEqual([]);
});

const pages = ["README.md", ".github/CONTRIBUTING.md", ".github/pull_request_template.md", "test/README.md"].filter(
  (path) => existsSync(`${root}${path}`),
);

test("every script a page tells people to run is there and can be run", () => {
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/(?<![\w/.])scripts\/([\w.-]*\w)/g)].map(([path]) => ({ page, path })),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ path }) => !canRun(path))).toEqual([]);
});

/** `scripts/setup` is read by other scripts, not run. */
function canRun(path: string): boolean {
  if (!existsSync(`${root}${path}`)) return false;
  const { mode } = statSync(`${root}${path}`);
  return path === "scripts/setup" || (mode & constants.S_IXUSR) !== 0;
}

const versions = z.record(z.string(), z.string());

test("package.json names exact versions, and the lock has the same", () => {
  const { dependencies, devDependencies } = z
    .object({ dependencies: versions, devDependencies: versions })
    .parse(JSON.parse(textOf("package.json")));
  const named = { ...dependencies, ...devDependencies };
  expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const { packages } = z
    .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
    .parse(JSON.parse(textOf("package-lock.json")));
  const locked = Object.keys(named).map((name) => [name, packages[`node_modules/${name}`]?.version]);
  expect(Object.fromEntries(locked)).toEqual(named);
});

test("the lock names no host, so that packages come from wherever the machine gets its own", () => {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) })
    .parse(JSON.parse(textOf("package-lock.json")));
  expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("Node's version is the same wherever it is named", () => {
  const { devDependencies } = z.object({ devDependencies: versions }).parse(JSON.parse(textOf("package.json")));
  expect(devDependencies.node?.split(".")[0]).toBe(textOf(".node-version").trim().split(".")[0]);
  expect(devDependencies["@types/node"]?.split(".")[0]).toBe(devDependencies.node?.split(".")[0]);
});
