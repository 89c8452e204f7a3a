/** The operations and errors of one service, taken from its SDK client when the service is first spoken with. */
import type { CatalogueEntry } from "./catalogue.ts";
import { type Shape, type Structure, shapeOf, type Traits } from "./shapes.ts";

export interface OperationModel {
  readonly name: string;
  readonly traits: Traits;
  readonly input: Shape;
  readonly output: Shape;
}

export interface ServiceModel extends CatalogueEntry {
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** By shape name. */
  readonly errors: ReadonlyMap<string, Structure>;
}

const models = new Map<string, Promise<ServiceModel>>();

/** The model of a catalogued service. The client's package is loaded once, on first use. */
export function modelOf(entry: CatalogueEntry): Promise<ServiceModel> {
  const earlier = models.get(entry.name);
  if (earlier !== undefined) return earlier;
  const model = load(entry);
  models.set(entry.name, model);
  return model;
}

async function load(entry: CatalogueEntry): Promise<ServiceModel> {
  const exported: Readonly<Record<string, unknown>> = await import(`@aws-sdk/client-${entry.name}`);
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, Structure>();
  for (const [name, schema] of Object.entries(exported)) {
    if (!name.endsWith("$") || !Array.isArray(schema)) continue;
    // Tags of Smithy's TypeScript schemas: 9 is an operation, -3 an error.
    if (schema[0] === 9) {
      const [, , operation, traits, input, output] = schema as unknown as readonly [
        9,
        string,
        string,
        unknown,
        unknown,
        unknown,
      ];
      let shapes: { readonly input: Shape; readonly output: Shape } | undefined;
      const read = (): { readonly input: Shape; readonly output: Shape } => {
        shapes ??= { input: shapeOf(input), output: shapeOf(output) };
        return shapes;
      };
      operations.set(operation, {
        name: operation,
        traits: traits === 0 ? {} : (traits as Traits),
        get input() {
          return read().input;
        },
        get output() {
          return read().output;
        },
      });
    } else if (schema[0] === -3) {
      const shape = shapeOf(schema);
      if (shape.kind === "structure") errors.set(shape.name, shape);
    }
  }
  return { ...entry, operations, errors };
}
