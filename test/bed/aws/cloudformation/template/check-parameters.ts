import { refuse } from "./read.ts";
import { isList, isSection, type Section, section, type Value } from "./value.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html, "Properties" */
const KEYS = new Set([
  "AllowedPattern",
  "AllowedValues",
  "ConstraintDescription",
  "Default",
  "Description",
  "MaxLength",
  "MaxValue",
  "MinLength",
  "MinValue",
  "NoEcho",
  "Type",
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html */
const SUPPLIED = [
  "AWS::EC2::AvailabilityZone::Name",
  "AWS::EC2::Image::Id",
  "AWS::EC2::Instance::Id",
  "AWS::EC2::KeyPair::KeyName",
  "AWS::EC2::SecurityGroup::GroupName",
  "AWS::EC2::SecurityGroup::Id",
  "AWS::EC2::Subnet::Id",
  "AWS::EC2::VPC::Id",
  "AWS::EC2::Volume::Id",
  "AWS::Route53::HostedZone::Id",
];

const PLAIN = ["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList"];
const INNER = ["String", "List<String>", "CommaDelimitedList", ...SUPPLIED, ...SUPPLIED.map((type) => `List<${type}>`)];

const TYPES = new Set([
  ...PLAIN,
  ...SUPPLIED,
  ...SUPPLIED.map((type) => `List<${type}>`),
  "AWS::SSM::Parameter::Name",
  ...INNER.map((type) => `AWS::SSM::Parameter::Value<${type}>`),
]);

const NAME = /^[a-zA-Z0-9]+$/;

/**
 * Refuses parameters that are declared wrongly. Words of AWS as people quote them
 * (https://repost.aws/knowledge-center/cloudformation-template-validation).
 *
 * @throws AwsError ValidationError
 */
export function checkParameters(document: Section): void {
  const names = Object.entries(section(document, "Parameters"));
  for (const [name, parameter] of names) {
    if (!NAME.test(name)) refuse(`Template format error: Parameter name ${name} is non alphanumeric.`);
    if (!isSection(parameter)) refuse("Template format error: Every Parameters member must be an object.");
    if (typeof parameter.Type !== "string")
      refuse("Template format error: Every Parameters object must contain a Type member.");
    const strange = Object.keys(parameter).find((key) => !KEYS.has(key));
    if (strange !== undefined) refuse(`Invalid template parameter property '${strange}'`);
    if (!TYPES.has(parameter.Type)) refuse(`Template format error: Unrecognized parameter type: ${parameter.Type}`);
    for (const member of ["Default", "Description"])
      if (!isScalar(parameter[member])) refuse(`Template format error: Every ${member} member must be a string.`);
  }
  const resources = section(document, "Resources");
  const twice = names.map(([name]) => name).filter((name) => Object.hasOwn(resources, name));
  if (twice.length > 0)
    refuse(`Template error: all resources and parameters must have unique names. Common name(s):[${twice.join(", ")}]`);
}

function isScalar(value: Value | undefined): boolean {
  return value === undefined || !(isList(value) || isSection(value));
}
