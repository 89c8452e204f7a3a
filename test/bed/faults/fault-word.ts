/** A fault as somebody types it: `throttling,percent=5,service=ecs`. */
import * as z from "zod";
import type { AwsBed } from "../aws/bed.ts";
import type { GitHubBed } from "../github/bed.ts";

export interface Beds {
  readonly aws: AwsBed;
  readonly github: GitHubBed;
}

export interface FaultWord {
  /** What it does, for the help. */
  readonly meaning: string;
  /** Its values as they are typed; those in brackets may be left out. */
  readonly form: string;
  /**
   * Puts the fault into the beds.
   *
   * @throws Error that names the wrong values
   */
  put(beds: Beds, values: Readonly<Record<string, string>>): void;
}

/** A word with its values as a schema over texts. */
export function faultWord<S extends z.ZodObject>(
  about: { readonly meaning: string; readonly form: string; readonly values: S },
  put: (beds: Beds, values: z.infer<S>) => void,
): FaultWord {
  const { meaning, form, values } = about;
  return {
    ...{ meaning, form },
    put: (beds, texts) => {
      const parsed = values.safeParse(texts);
      if (!parsed.success) {
        const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
        throw new Error(`${problems.join("; ")}; it is written ${form}`);
      }
      put(beds, parsed.data);
    },
  };
}

export const seconds = z.coerce.number().min(0);
export const percent = z.coerce.number().min(0).max(100);
export const count = z.coerce.number().int().min(1);

/** Which AWS calls: a service, operations with * for any characters separated by +, and a text in the input. */
export const calls = {
  service: z.string().exactOptional(),
  operations: z
    .string()
    .transform((text) => text.split("+"))
    .exactOptional(),
  contains: z.string().exactOptional(),
} as const;

/** The match of an AWS fault from the values of {@link calls}. */
export function matching(values: {
  readonly service?: string;
  readonly operations?: string[];
  readonly contains?: string;
}): { service?: string; operations?: string[]; contains?: string } {
  const { service, operations, contains } = values;
  return {
    ...(service !== undefined && { service }),
    ...(operations !== undefined && { operations }),
    ...(contains !== undefined && { contains }),
  };
}
