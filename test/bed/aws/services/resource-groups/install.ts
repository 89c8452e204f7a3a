/** Resource groups as templates make them. */
import { type Declared, tagsOf } from "../../cloudformation/resources/declared.ts";
import type { World } from "../../kernel.ts";
import { type Asked, all, installShowing, named, present } from "../declared-service.ts";

const GROUP = "AWS::ResourceGroups::Group";

export function installResourceGroups(world: World): void {
  const groupOf = (input: Readonly<Record<string, string>>, asked: Asked): Declared => {
    const name = (input.GroupName ?? input.Group ?? input.Arn)?.split("/").at(-1);
    return named(asked, { type: GROUP, name }, ["NotFoundException", "Cannot find group for ARN or name.", 404]);
  };
  const shown = ({ made, properties }: Declared): object =>
    present({ GroupArn: made.attributes.Arn, Name: made.physicalId, Description: properties.Description });
  installShowing(world, "resource-groups", {
    GetGroup: (input, asked) => ({ Group: shown(groupOf(input, asked)) }),
    GetGroupQuery: (input, asked) => {
      const { made, properties } = groupOf(input, asked);
      const { Type, Query } = properties.ResourceQuery ?? {};
      return {
        GroupQuery: { GroupName: made.physicalId, ResourceQuery: { Type, Query: JSON.stringify(Query ?? {}) } },
      };
    },
    ListGroups: (_input, asked) => ({
      GroupIdentifiers: all(asked, GROUP).map(({ made }) => ({
        GroupName: made.physicalId,
        GroupArn: made.attributes.Arn,
      })),
      Groups: all(asked, GROUP).map(shown),
    }),
    GetTags: (input, asked) => {
      const group = groupOf(input, asked);
      const tags = tagsOf(group).map(({ Key, Value }) => [Key, Value]);
      return { Arn: group.made.attributes.Arn, Tags: Object.fromEntries(tags) };
    },
  });
}
