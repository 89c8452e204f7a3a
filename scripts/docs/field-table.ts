/**
 * A Markdown table of everything a schema lets one write.
 */

/** The part of JSON Schema that zod writes for declarations. */
export interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Field;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One row per key, nested keys dotted, in the order of the schema. */
export function fieldTable(schema: Field): string {
  const rows = rowsOf(schema, "").map(
    ({ key, form, meaning, required }) => `| \`${key}\` | ${required ? "yes" : ""} | ${form} | ${meaning} |`,
  );
  return ["| Key | Required | Value | Meaning |", "|---|---|---|---|", ...rows, ""].join("\n");
}

/** What each key of a schema means, by its dotted name. */
export function meanings(schema: Field): ReadonlyMap<string, string> {
  return new Map(rowsOf(schema, "").map(({ key, meaning }) => [key, meaning]));
}

interface Row {
  readonly key: string;
  readonly required: boolean;
  readonly form: string;
  readonly meaning: string;
}

function rowsOf(schema: Field, above: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const key = `${above}${name}`;
    const row = {
      key,
      required: above === "" && (schema.required ?? []).includes(name),
      form: formOf(field),
      meaning: escaped(field.description ?? ""),
    };
    const below = field.items ?? field;
    const inside = [below, ...(below.oneOf ?? []), ...(below.anyOf ?? [])].flatMap((form) =>
      rowsOf(form, field.items === undefined ? `${key}.` : `${key}[].`),
    );
    return [row, ...merged(inside)];
  });
}

/** A key that several forms have, as `sso.type` does, is one row that says what each form makes of it. */
function merged(rows: readonly Row[]): readonly Row[] {
  const byKey = Map.groupBy(rows, ({ key }) => key);
  return [...byKey.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const meaning = others.length === 0 ? first.meaning : all.map((row) => `${row.form}: ${row.meaning}`).join(" ");
    return [{ ...first, form: all.map(({ form }) => form).join(" "), meaning }];
  });
}

function formOf(field: Field): string {
  const forms = [...(field.anyOf ?? []), ...(field.oneOf ?? [])];
  if (forms.length > 0) return [...new Set(forms.map(formOf))].join(" or ");
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(" ");
  switch (field.type) {
    case "integer":
    case "number":
      return `${field.type === "integer" ? "whole number" : "number"}${rangeOf(field)}`;
    case "boolean":
      return "`true` `false`";
    case "array":
      return "list";
    case "object":
      return "mapping";
    default:
      return "text";
  }
}

function rangeOf({ minimum, maximum }: Field): string {
  return minimum === undefined || maximum === undefined ? "" : ` ${minimum}–${maximum}`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
