/** Measures one benchmark once, in a process of its own so that no other disturbs its memory, and prints its figures as JSON. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Benchmark } from "./figure.ts";

const [file = ""] = process.argv.slice(2);
const { benchmark } = (await import(pathToFileURL(resolve(file)).href)) as { readonly benchmark: Benchmark };
const figures = await benchmark.measure();
process.stdout.write(`\n${JSON.stringify({ runs: benchmark.runs, figures })}\n`, () => process.exit(0));
