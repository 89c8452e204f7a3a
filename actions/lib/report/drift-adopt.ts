/** Adopting drift: what the pull request says of itself, and what the run says. */
import type { AdoptedValue, Homeless } from "../domain/drift-adoption.ts";
import { bullets, document, heading, paragraph, table } from "./block.ts";
import { type Block, causeText, code, type Inline, link, md } from "./markdown.ts";
import { counted } from "./resource-area.ts";
import { clip, oneLine } from "./visible.ts";

/** Title and body of the pull request that writes into a tenant's file what is there. */
export function adoptPull({
  tenant,
  by,
  values,
  homeless,
}: {
  readonly tenant: string;
  readonly by: string;
  readonly values: readonly AdoptedValue[];
  readonly homeless: readonly Homeless[];
}): { readonly title: string; readonly body: string } {
  return {
    title: clip(oneLine(`Adopt what is there of ${tenant} (${counted(values.length, "value")})`), 200),
    body: document([
      paragraph(
        md`Somebody changed ${code(tenant)} outside git. Merging this makes git say what is there; closing it leaves the difference, and mode ${code("revert")} of the drift form undoes it.`,
      ),
      valueTable(values),
      ...leftovers(homeless),
      paragraph(md`Asked for by ${by} with the drift form. The plan below shows what merging changes.`),
    ]),
  };
}

/** What the run of the form says. */
export function adoptSummary({
  tenant,
  values,
  homeless,
  pull,
}: {
  readonly tenant: string;
  readonly values: readonly AdoptedValue[];
  readonly homeless: readonly Homeless[];
  readonly pull: { readonly number: number; readonly url: string; readonly outcome: "opened" | "updated" } | undefined;
}): string {
  const outcome =
    pull === undefined
      ? md`Nothing that is there can be written into the file of ${code(tenant)}.`
      : md`Pull request ${link(`#${pull.number}`, pull.url)} was ${pull.outcome}; its plan says what merging it changes.`;
  return document([
    heading(3, md`Adopting the drift of ${tenant}`),
    paragraph(outcome),
    ...(values.length === 0 ? [] : [valueTable(values)]),
    ...leftovers(homeless),
  ]);
}

function valueTable(values: readonly AdoptedValue[]): Block {
  return table(
    [md`In the file`, md`becomes`, md`as it is in`],
    values.map(({ path, value, from }) => [code(path.join(".")), code(shown(value)), code(from)]),
  );
}

function shown(value: AdoptedValue["value"]): string {
  if (typeof value !== "object") return String(value);
  return value.min === value.max ? String(value.min) : `${value.min} to ${value.max}`;
}

function leftovers(homeless: readonly Homeless[]): readonly Block[] {
  if (homeless.length === 0) return [];
  const line = ({ what, where }: Homeless): Inline => md`${causeText(what)}: ${causeText(where)}`;
  return [
    paragraph(md`Not in the file:`),
    bullets([
      ...homeless.slice(0, 50).map(line),
      ...(homeless.length > 50 ? [md`and ${homeless.length - 50} more`] : []),
    ]),
  ];
}
