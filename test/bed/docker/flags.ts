import { notInStandIn } from "./failure.ts";

/** Which flags a command has: `value` takes one, `values` one each time it is given, `switch` none. */
export type Flags = Readonly<Record<string, "value" | "values" | "switch">>;

export interface Parsed {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positional: readonly string[];
}

/** Takes `--flag value`, `--flag=value` and `-f value` apart. Unknown flags are errors. */
export function parseFlags(command: string, args: readonly string[], flags: Flags): Parsed {
  const values = new Map<string, string[]>();
  const positional: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-")) {
      positional.push(arg);
      continue;
    }
    const [name = "", inline] = arg.split(/=(.*)/s);
    const kind = flags[name];
    if (kind === undefined) throw notInStandIn(`the flag ${name} of docker ${command}`);
    const value = inline ?? (kind === "switch" ? "true" : args[++index]);
    if (value === undefined) throw notInStandIn(`docker ${command} ${name} without a value`);
    values.set(name, kind === "values" ? [...(values.get(name) ?? []), value] : [value]);
  }
  return { values, positional };
}

/** `type=image,name=x` as a map; a member without `=` is true. */
export function fields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((member) => {
      const [name = "", value = "true"] = member.split(/=(.*)/s);
      return [name, value] as const;
    }),
  );
}
