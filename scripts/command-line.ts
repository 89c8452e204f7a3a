/** The command line of a script: `--help` is answered, and what it cannot mean is said above the usage instead of with a stack. */
import { type ParseArgsConfig, parseArgs } from "node:util";

/** Ends the script with 2 after saying what is wrong with how it was called. */
export type Refuse = (why: string) => never;

/**
 * Reads a command line. `--help` prints the usage, or the page of that name (`--help faults`), and ends with 0; an option or an argument
 * that the script does not know ends with 2.
 *
 * @param usage what `--help` prints; further pages by name
 * @param config as for `parseArgs`; `--help` is added
 */
export function commandLine<const T extends ParseArgsConfig>(
  { usage, pages = {} }: { readonly usage: string; readonly pages?: Readonly<Record<string, string>> },
  config: T,
): ReturnType<typeof parseArgs<T>> & { readonly refuse: Refuse } {
  const asked = process.argv.slice(2);
  const help = asked.indexOf("--help");
  if (help >= 0) {
    console.log(pages[asked[help + 1] ?? ""] ?? usage);
    process.exit(0);
  }
  const refuse: Refuse = (why) => {
    console.error(`${why}\n\n${usage}`);
    process.exit(2);
  };
  try {
    return { ...parseArgs(config), refuse };
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!code.startsWith("ERR_PARSE_ARGS_")) throw error;
    // Node adds advice for programs that take positional arguments, which here is only in the way.
    return refuse((message.split(/\. |\n/)[0] ?? "").replace(/^[A-Z]/, (letter) => letter.toLowerCase()));
  }
}
