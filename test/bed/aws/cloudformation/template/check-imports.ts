import { refuse } from "./read.ts";
import { references } from "./references.ts";
import { isList, isSection, type Section, section, type Value } from "./value.ts";

/** Functions whose result the name of an import must not depend on, references aside. */
const NOT_IN_NAMES = ["Fn::ImportValue", "Fn::GetAZs"];

/**
 * Refuses an Fn::ImportValue whose name is only known once something is made or imported. The name may read parameters and what
 * AWS itself provides; a name of nothing counts as a resource (kube-aws issue 1304).
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
 *
 * @throws AwsError ValidationError in AWS's words
 */
export function checkImports(document: Section, pseudoParameters: ReadonlySet<string>): void {
  const parameters = section(document, "Parameters");
  const known = (name: string): boolean => Object.hasOwn(parameters, name) || pseudoParameters.has(name);
  for (const block of ["Resources", "Outputs"]) {
    for (const name of importedNames(section(document, block))) {
      const depends = references(name).some(({ to, attribute }) => attribute !== undefined || !known(to));
      if (depends || callsOneOf(name, NOT_IN_NAMES))
        refuse(
          "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs",
        );
    }
  }
}

/** The arguments of every Fn::ImportValue in a value. */
function importedNames(value: Value): readonly Value[] {
  if (isList(value)) return value.flatMap(importedNames);
  if (!isSection(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => (key === "Fn::ImportValue" ? [entry] : importedNames(entry)));
}

function callsOneOf(value: Value, names: readonly string[]): boolean {
  if (isList(value)) return value.some((entry) => callsOneOf(entry, names));
  if (!isSection(value)) return false;
  return Object.entries(value).some(([key, entry]) => names.includes(key) || callsOneOf(entry, names));
}
