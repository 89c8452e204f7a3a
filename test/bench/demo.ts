/** The whole story as a newcomer sees it: `scripts/demo` in the checkout, from start to end. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Benchmark, Figure } from "./figure.ts";

export const benchmark: Benchmark = { runs: 1, measure };

const root = join(import.meta.dirname, "..", "..");

async function measure(): Promise<readonly Figure[]> {
  const started = performance.now();
  let said = "";
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(join(root, "scripts", "demo"), { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-4_000);
      });
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
  if (code !== 0) console.error(said);
  return [
    {
      what: "scripts/demo: ends of it other than success",
      ...{ unit: "points", measured: code === 0 ? 0 : 1, bar: 0 },
      note: `exit code ${code}`,
    },
    { what: "scripts/demo, from start to end", unit: "s", measured: (performance.now() - started) / 1000 },
  ];
}
