import type { Properties, ResourceContext } from "../../kernel.ts";

/** Calls an operation of RDS for a resource of a template. */
export function invoke<T>({ world, call }: ResourceContext, operation: string, input: object): Promise<T> {
  return world.invoke<T>("rds", operation, input, call);
}

/** The tags that a resource of a template gets. */
export function tagsOf(properties: Properties, context: ResourceContext): object[] {
  return [...(properties.Tags ?? []), ...context.tags];
}
