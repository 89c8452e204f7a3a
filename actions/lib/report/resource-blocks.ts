/** The resources of one plan: by area for what is made, by property for what changes, by name where there is little room. */

import type { ResourceChange } from "../domain/plan.ts";
import { bullets, table } from "./block.ts";
import { consequence, fate, symbolAndWord, wordFor } from "./change-word.ts";
import { beforeAfter } from "./danger-sections.ts";
import { names } from "./enumeration.ts";
import { type Block, code, type Inline, join, md } from "./markdown.ts";
import { areaOf, areaOrder, counted, typeInWords } from "./resource-area.ts";
import { differences } from "./value-diff.ts";

/** Properties of one resource shown before they are counted. */
const propertiesShown = 40;

/** What a new tenant gets, per area, in counts instead of sixty lines of "add". */
export function areasTable(resources: readonly ResourceChange[]): Block {
  const areas = Map.groupBy(resources, ({ type }) => areaOf(type));
  const rows = [...areas].sort(([a], [b]) => areaOrder(a) - areaOrder(b));
  return table(
    [md`It gets`, md``],
    rows.map(([area, changes]) => {
      const kinds = [...Map.groupBy(changes, ({ type }) => typeInWords(type))];
      return [
        md`${area}`,
        join(
          kinds.map(([kind, same]) => md`${counted(same.length, kind)}`),
          ", ",
        ),
      ];
    }),
  );
}

/** Removed resources by name, then one row per property of changed ones, before → after, then added resources by name. */
export function resourceBlocks(resources: readonly ResourceChange[]): readonly Block[] {
  const sorted = resources.toSorted(
    (a, b) =>
      consequence(wordFor(b)) - consequence(wordFor(a)) ||
      areaOrder(areaOf(a.type)) - areaOrder(areaOf(b.type)) ||
      (a.logicalId < b.logicalId ? -1 : 1),
  );
  // The values of what is created or removed are its whole definition; its name says more.
  const removed = sorted.filter((resource) => wordFor(resource) === "remove");
  const made = sorted.filter((resource) => wordFor(resource) === "add" || wordFor(resource) === "import");
  const changed = sorted.filter((resource) => !removed.includes(resource) && !made.includes(resource));
  return [
    ...(removed.length === 0 ? [] : [bullets(removed.map(removedLine))]),
    ...(changed.length === 0 ? [] : [table([md`Resource`, md`Change: before → after`], changed.flatMap(resourceRows))]),
    ...(made.length === 0 ? [] : [bullets(madeLines(made))]),
  ];
}

function removedLine(resource: ResourceChange): Inline {
  const end = fate(resource);
  return md`${symbolAndWord("remove")} ${typeInWords(resource.type)} ${code(resource.logicalId)}${end === undefined ? md`` : md`: ${end}`}`;
}

/** One line per area, so that sixty additions are nine lines. */
function madeLines(resources: readonly ResourceChange[]): readonly Inline[] {
  const groups = Map.groupBy(resources, (resource) => `${symbolAndWord(wordFor(resource))} ${areaOf(resource.type)}`);
  return [...groups].map(
    ([what, same]) =>
      md`${what}: ${join(
        same.map(({ logicalId, type }) => md`${typeInWords(type)} ${code(logicalId)}`),
        ", ",
      )}`,
  );
}

function resourceRows(resource: ResourceChange): readonly (readonly Inline[])[] {
  const word = wordFor(resource);
  const end = fate(resource);
  const drifted = resource.drifted === true ? md`, was changed outside the pipeline` : md``;
  const name = md`${symbolAndWord(word)} ${code(resource.logicalId)}<br>${typeInWords(resource.type)}${end === undefined ? md`` : md`; ${end}`}${drifted}`;
  // What forces a replacement is never among those that are only counted.
  const gravest = resource.properties.toSorted((a, b) => grave(b.replacement) - grave(a.replacement));
  const lines = gravest.flatMap((property) =>
    differences(property).map((difference) => {
      const forced = property.replacement === "never" ? md`` : md` (${forces(property.replacement)})`;
      return md`${code(difference.path)}: ${beforeAfter(difference)}${forced}`;
    }),
  );
  const rest = lines.length - propertiesShown;
  const shown = rest > 0 ? [...lines.slice(0, propertiesShown), md`… and ${counted(rest, "more difference")}`] : lines;
  const [first = md`(CloudFormation does not say what)`, ...others] = shown;
  return [[name, first], ...others.map((line) => [md``, line])];
}

function grave(replacement: "never" | "conditional" | "always"): number {
  return ["never", "conditional", "always"].indexOf(replacement);
}

function forces(replacement: "conditional" | "always"): string {
  return replacement === "always" ? "forces replacement" : "may force replacement";
}

/** Resources without their properties, one line per kind of change. */
export function briefly(resources: readonly ResourceChange[]): readonly Block[] {
  if (resources.length === 0) return [];
  const words = [...Map.groupBy(resources, wordFor)].sort(([a], [b]) => consequence(b) - consequence(a));
  return [
    bullets(
      words.map(
        ([word, same]) =>
          md`${symbolAndWord(word)}: ${names(
            same.map(({ logicalId }) => code(logicalId)),
            12,
          )}`,
      ),
    ),
  ];
}
