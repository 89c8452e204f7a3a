/** Imported into a process that is measured: at its end it writes the most memory it ever had, in kilobytes, to PEAK_MEMORY_FILE. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const file = process.env.PEAK_MEMORY_FILE;
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
