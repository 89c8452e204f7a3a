import { isSection, type Section, type Value } from "./value.ts";

/** The transform that adds loops and functions to the language. */
export const LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions";

/** Names of the transforms a template asks for. */
export function transformsOf(document: Section): readonly string[] {
  return [document.Transform ?? []]
    .flat()
    .map((entry) => (isSection(entry as Value) ? String((entry as Section).Name) : String(entry)));
}
