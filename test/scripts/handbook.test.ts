import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { tenantFile } from "../../actions/lib/domain/tenant-file.ts";
import { commandsIn, parses } from "../report/printed-commands.ts";
import { root } from "./checkout.ts";

const pages = ["tenants/README.md", "infra/README.md"].map((path) => {
  const text = readFileSync(join(root, path), "utf8");
  const marked = [...text.matchAll(/<!-- (handbook|night):begin -->([\s\S]*?)<!-- \1:end -->/g)];
  return { path, text: marked.map(([, , inside = ""]) => inside).join("\n") };
});
const all = pages.map(({ text }) => text).join("\n");
/** In code, but log groups, which also start with a slash. */
const commands = commandsIn(all).filter((command) => !command.startsWith("/ecs/"));

describe("the handbook", () => {
  test("has something for every part of the guide", () => {
    const parts = {
      setup: /state bucket/,
      base: /base infrastructure/,
      images: /build and push images/,
      provisioning: /provision a tenant/,
      updating: /update a tenant's service/,
      scaling: /scale a tenant/,
      suspending: /suspend a tenant/,
      monitoring: /dashboards, key metrics/,
      security: /encryption, least privilege/,
      backups: /daily snapshots/,
      recovery: /restore a database or files/,
      cost: /Savings Plans, reserved instances/,
      billing: /billing alarm/,
      "tasks that do not start": /a task does not start/,
      "database connections": /database connection problems/,
      memory: /high memory use/,
      pipeline: /deploying from a workflow/,
      support: /support: logs/,
    };
    for (const [part, words] of Object.entries(parts)) expect(all, part).toMatch(words);
  });

  test.for(commands.map((command) => [command]))("%s is a command that runs when it is copied", ([command]) => {
    expect(parses(command ?? "")).toBe(true);
  });

  test("the night has a command for each of its troubles", () => {
    const verbs = new Set(commands.map((command) => command.split(" ")[0]));
    for (const verb of [
      "/status",
      "/diagnose",
      "/rollback",
      "/restart",
      "/scale",
      "/logs",
      "/retry",
      "/unlock",
      "/suspend",
      "/confirm",
      "/resume",
    ]) {
      expect(verbs).toContain(verb);
    }
  });

  test("its scripts are there and can be run", () => {
    const scripts = [...all.matchAll(/`scripts\/([\w-]+)`/g)].map(([, name = ""]) => name);
    expect(scripts).toContain("provision-tenant");
    for (const name of scripts) expect(statSync(join(root, "scripts", name)).mode & 0o100, name).not.toBe(0);
  });

  test("what it says to write in a tenant's file is something a tenant's file can say", () => {
    const schema = JSON.stringify(z.toJSONSchema(tenantFile, { io: "input" }));
    const paths = [...all.matchAll(/`((?:services|state)[.:][\w. :]*)`/g)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(3);
    for (const word of paths.flatMap((path) => path.split(/[.: ]+/))) expect(schema, word).toContain(`"${word}"`);
  });

  test("its pictures are there", () => {
    const text = readFileSync(join(root, "tenants/README.md"), "utf8");
    const pictures = [...text.matchAll(/\.\.\/(\.github\/pictures\/[\w-]+\.png)/g)].map(([, path = ""]) => path);
    expect(pictures.length).toBe(4);
    for (const path of pictures) expect(existsSync(join(root, path)), path).toBe(true);
  });
});
