/**
 * Text → tree, refusing everything of YAML that a configuration file does not need and an attacker might:
 * anchors, aliases, merge keys, tags, several documents, deep nesting.
 */

import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from "js-yaml";
import { show } from "../../domain/wording.ts";
import { TreeBuilder } from "./tree-builder.ts";
import type { ScalarNode, ScalarStyle, YamlFault, YamlNode } from "./yaml-node.ts";

export type ParsedYaml =
  | { readonly ok: true; readonly root: YamlNode }
  | { readonly ok: false; readonly faults: readonly YamlFault[] };

/** Files people write here are four levels deep; the rest is room. */
const deepest = 12;

/** Reads one YAML document. Never throws, whatever the text: the faults say what is wrong and where. */
export function parseYaml(text: string): ParsedYaml {
  const events = eventsOf(text);
  if (!Array.isArray(events)) return { ok: false, faults: [events as YamlFault] };
  const builder = new TreeBuilder(text);
  for (const event of events as readonly Event[]) take(event, text, builder);
  const { root, faults } = builder;
  if (faults.length > 0) return { ok: false, faults };
  if (root === undefined) return { ok: false, faults: [{ offset: 0, message: "the file is empty" }] };
  return { ok: true, root };
}

function eventsOf(text: string): readonly Event[] | YamlFault {
  try {
    return parseEvents(text, { maxDepth: deepest });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { offset: Math.min(error.mark?.position ?? 0, text.length), message: `not valid YAML: ${error.reason}` };
  }
}

function take(event: Event, text: string, builder: TreeBuilder): void {
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      if (event.directives.length > 0)
        builder.fault(0, "YAML directives (%YAML, %TAG) are not supported here; remove them");
      builder.openDocument();
      return;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      refuseProperties(event, text, builder);
      builder.openCollection(event.type === EVENT_ID.MAPPING ? "mapping" : "sequence", event.start, event.style);
      return;
    case EVENT_ID.SCALAR:
      refuseProperties(event, text, builder);
      builder.add((after) => scalarNode(event, text, after));
      return;
    case EVENT_ID.ALIAS:
      builder.fault(
        event.anchorStart - 1,
        `aliases are not supported here; write the value of *${text.slice(event.anchorStart, event.anchorEnd)} out`,
      );
      builder.add(() => ({
        kind: "scalar",
        style: "plain",
        value: null,
        start: event.anchorStart - 1,
        end: event.anchorEnd,
      }));
      return;
    case EVENT_ID.POP:
      builder.close();
      return;
  }
}

function refuseProperties(
  {
    anchorStart,
    anchorEnd,
    tagStart,
    tagEnd,
  }: Exclude<Event, { readonly type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP | typeof EVENT_ID.ALIAS }>,
  text: string,
  builder: TreeBuilder,
): void {
  if (anchorStart >= 0) {
    builder.fault(
      anchorStart - 1,
      `anchors are not supported here; remove &${text.slice(anchorStart, anchorEnd)} and write the value where it is used`,
    );
  }
  if (tagStart >= 0)
    builder.fault(tagStart, `tags are not supported here; remove ${show(text.slice(tagStart, tagEnd))}`);
}

const styles: Readonly<Record<ScalarEvent["style"], ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: "plain",
  [SCALAR_STYLE.SINGLE_QUOTED]: "single-quoted",
  [SCALAR_STYLE.DOUBLE_QUOTED]: "double-quoted",
  [SCALAR_STYLE.LITERAL_BLOCK]: "block",
  [SCALAR_STYLE.FOLDED_BLOCK]: "block",
};

/** `after` is where the scalar would stand if it is written as nothing at all, as in `key:`. */
function scalarNode(event: ScalarEvent, text: string, after: number): ScalarNode {
  if (event.valueStart < 0) return { kind: "scalar", style: "plain", value: null, start: after, end: after };
  const style = styles[event.style];
  const quote = style === "single-quoted" || style === "double-quoted" ? 1 : 0;
  const source = getScalarValue(text, event);
  return {
    kind: "scalar",
    style,
    value: style === "plain" ? plainValue(source) : source,
    start: event.valueStart - quote,
    end: event.valueEnd + quote,
  };
}

/** What YAML 1.2 reads an unquoted word as. */
export function plainValue(source: string): string | number | boolean | null {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(source, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return source;
}
