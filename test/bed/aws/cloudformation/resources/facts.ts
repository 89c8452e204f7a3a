import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UNPUBLISHED, UNPUBLISHED_ATTRIBUTES } from "./supplement.ts";

/** What a property holds: scalars, collections, a named definition of the same type, or one of several. */
export type PropertyType =
  | "string"
  | "boolean"
  | "integer"
  | "number"
  | "json"
  | "tag"
  | readonly ["list", PropertyType]
  | readonly ["map", PropertyType]
  | readonly ["ref", string]
  | readonly ["union", readonly PropertyType[]];

export type Recreation = "yes" | "maybe" | "no";

export interface PropertyFacts {
  readonly type: PropertyType;
  /** Whether a change needs a new physical resource. */
  readonly replaces: Recreation;
  readonly required: boolean;
  /** The only values that the schema takes. */
  readonly values?: readonly string[];
}

/** What AWS publishes about one resource type, as far as the bed uses it. */
export interface TypeFacts {
  readonly properties: Readonly<Record<string, PropertyFacts>>;
  readonly definitions: Readonly<Record<string, Readonly<Record<string, PropertyFacts>>>>;
  /** What Fn::GetAtt gives, by name. */
  readonly attributes: Readonly<Record<string, PropertyType>>;
  /** Properties and attributes that Ref gives, joined by "|". */
  readonly identifier: readonly string[];
  readonly primaryIdentifier: readonly string[];
  readonly arn?: string;
  readonly tagProperty?: string;
}

type Shard = Readonly<Record<string, TypeFacts>>;

const shards = new Map<string, Shard>();
const SPEC = "@aws-cdk/aws-service-spec";
/** Of the form of the cached files: raise it with every change of what is taken from the specification. */
const FORM = 3;

/**
 * The facts of a resource type, undefined for a type that AWS does not have. Source: CloudFormation's resource schemas as
 * published in the npm package @aws-cdk/aws-service-spec. Reading that takes 0.4 s and 180 MB, so what is needed from it is
 * kept in node_modules/.cache, one file per service.
 */
export function factsOf(type: string): TypeFacts | undefined {
  const service = type.split("::").slice(0, 2).join("-");
  if (!/^\w+-\w+$/.test(service)) return undefined;
  let shard = shards.get(service);
  if (shard === undefined) {
    shard = readShard(service);
    shards.set(service, shard);
  }
  const facts = shard[type] ?? UNPUBLISHED[type];
  const more = UNPUBLISHED_ATTRIBUTES[type];
  return facts === undefined || more === undefined ? facts : { ...facts, attributes: { ...facts.attributes, ...more } };
}

/** Names of all resource types that AWS publishes, sorted. */
export function publishedTypes(): readonly string[] {
  return cached()
    .services.flatMap((service) => Object.keys(readShard(service)))
    .sort();
}

/** True if resources of the type carry the tags of their stack. */
export function isTaggable(type: string): boolean {
  return factsOf(type)?.tagProperty !== undefined;
}

function readShard(service: string): Shard {
  const { folder, services } = cached();
  if (!services.includes(service)) return {};
  return JSON.parse(readFileSync(join(folder, `${service}.json`), "utf8")) as Shard;
}

let cache: { readonly folder: string; readonly services: readonly string[] } | undefined;

/** The folder of condensed facts, made where it is not there yet. */
function cached(): { readonly folder: string; readonly services: readonly string[] } {
  if (cache !== undefined) return cache;
  const require = createRequire(import.meta.url);
  const manifest = require.resolve(`${SPEC}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = join(dirname(manifest), "../../.cache/cloudformation-facts", `${version}-${FORM}`);
  const complete = join(folder, "complete.json");
  try {
    cache = { folder, services: JSON.parse(readFileSync(complete, "utf8")) as string[] };
    return cache;
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || cause.code !== "ENOENT") throw cause;
  }
  const all = condensed(require(SPEC) as Spec);
  mkdirSync(folder, { recursive: true });
  for (const [name, shard] of Object.entries(all)) writeWhole(join(folder, `${name}.json`), shard);
  writeWhole(complete, Object.keys(all));
  cache = { folder, services: Object.keys(all) };
  return cache;
}

/** Several test processes may do this at once; a rename leaves no half-written file to read. */
function writeWhole(path: string, content: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(content));
  renameSync(draft, path);
}

type Spec = typeof import("@aws-cdk/aws-service-spec");
type Database = ReturnType<Spec["loadAwsServiceSpecSync"]>;

interface RawProperty {
  readonly type: RawType;
  readonly required?: boolean;
  readonly causesReplacement?: Recreation;
}
interface RawType {
  readonly type: string;
  readonly allowedValues?: readonly string[];
  readonly element?: RawType;
  readonly types?: readonly RawType[];
  readonly reference?: { readonly $ref: string };
}

function condensed(spec: Spec): Record<string, Record<string, TypeFacts>> {
  const database = spec.loadAwsServiceSpecSync();
  const byService: Record<string, Record<string, TypeFacts>> = {};
  for (const resource of database.all("resource")) {
    const type = resource.cloudFormationType;
    const definitions: Record<string, Record<string, PropertyFacts>> = {};
    const properties = condenseAll(resource.properties as unknown as Record<string, RawProperty>, (id) => {
      condenseDefinition(id, database, definitions);
    });
    const primaryIdentifier = resource.primaryIdentifier ?? [];
    const service = type.split("::").slice(0, 2).join("-");
    byService[service] ??= {};
    byService[service][type] = {
      properties,
      definitions,
      attributes: Object.fromEntries(
        Object.entries(resource.attributes).map(([name, attribute]) => [
          name,
          condenseType(attribute.type as unknown as RawType, () => {}),
        ]),
      ),
      identifier: resource.cfnRefIdentifier ?? primaryIdentifier,
      primaryIdentifier,
      ...(resource.arnTemplate !== undefined && { arn: resource.arnTemplate }),
      ...(resource.tagInformation !== undefined && { tagProperty: resource.tagInformation.tagPropertyName }),
    };
  }
  return byService;
}

function condenseDefinition(
  id: string,
  database: Database,
  definitions: Record<string, Record<string, PropertyFacts>>,
): void {
  if (definitions[id] !== undefined) return;
  definitions[id] = {};
  const raw = database.get("typeDefinition", id).properties as unknown as Record<string, RawProperty>;
  definitions[id] = condenseAll(raw, (inner) => void condenseDefinition(inner, database, definitions));
}

function condenseAll(
  raw: Readonly<Record<string, RawProperty>>,
  define: (id: string) => void,
): Record<string, PropertyFacts> {
  return Object.fromEntries(
    Object.entries(raw).map(([name, property]) => [
      name,
      {
        type: condenseType(property.type, define),
        replaces: property.causesReplacement ?? "no",
        required: property.required === true,
        ...(property.type.allowedValues !== undefined && { values: property.type.allowedValues }),
      },
    ]),
  );
}

function condenseType(raw: RawType, define: (id: string) => void): PropertyType {
  const element = raw.element ?? { type: "json" };
  switch (raw.type) {
    case "array":
      return ["list", condenseType(element, define)];
    case "map":
      return ["map", condenseType(element, define)];
    case "union":
      return ["union", (raw.types ?? []).map((one) => condenseType(one, define))];
    case "ref": {
      const id = raw.reference?.$ref ?? "";
      define(id);
      return ["ref", id];
    }
    case "string":
    case "boolean":
    case "integer":
    case "number":
    case "tag":
      return raw.type;
    default:
      return "json";
  }
}
