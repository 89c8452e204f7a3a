import { AwsError } from "../../kernel.ts";

export interface Filtered {
  readonly Filters?: readonly { readonly Name?: string; readonly Values?: readonly string[] }[];
}

/** Names of filters whose member is called otherwise than in camel case. */
const MEMBER: Readonly<Record<string, string>> = {
  cidr: "CidrBlock",
  isDefault: "IsDefault",
  default: "IsDefault",
  "transit-gateway-attachment-id": "TransitGatewayAttachmentId",
  "dhcp-options-id": "DhcpOptionsId",
};

/**
 * Filters by a member (`vpc-id`), by one of a list's entries (`attachment.vpc-id`, `association.subnet-id`), by `tag:Name`, or by
 * `tag-key`.
 *
 * @throws AwsError InvalidParameterValue for a filter that the resource has no member for
 */
export function passes(item: object, { Filters = [] }: Filtered): boolean {
  const members = item as Readonly<Record<string, unknown>>;
  const tags = (members.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return Filters.every(({ Name = "", Values = [] }) => {
    if (Name.startsWith("tag:")) return tags.some(({ Key, Value }) => Key === Name.slice(4) && Values.includes(Value));
    if (Name === "tag-key") return tags.some(({ Key }) => Values.includes(Key));
    const [list, member] = Name.includes(".") ? Name.split(".") : [undefined, Name];
    const name = MEMBER[member ?? ""] ?? camel(member ?? "");
    const among =
      list === undefined ? [members] : (members[`${camel(list)}s`] as readonly (typeof members)[] | undefined);
    if (among === undefined || (list === undefined && !(name in members)))
      throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
    return among.some((one) => Values.includes(String(one[name])));
  });
}

function camel(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}
