import { AwsError, type Operation } from "../../kernel.ts";
import { exportsOf, importersOf } from "../stack/exports.ts";
import { refuse } from "../template/read.ts";
import type { Where } from "./find.ts";
import { page } from "./paging.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const LIMITS = [
  { Name: "StackLimit", Value: 2000 },
  { Name: "StackOutputsLimit", Value: 200 },
  { Name: "ConcurrentResourcesLimit", Value: 2500 },
];
const PER_PAGE = 100;

/** The operations on the account as a whole, in a world. */
export function accountOperations(world: Where["world"]): Readonly<Record<string, Operation>> {
  return {
    ListExports: (input: { NextToken?: string }, call) => {
      const all = [...exportsOf({ world, call }).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { entries, NextToken } = page(all, input.NextToken, PER_PAGE);
      const exported = entries.map(({ name, value, stackId }) => ({
        ExportingStackId: stackId,
        Name: name,
        Value: value,
      }));
      return { Exports: exported, ...(NextToken !== undefined && { NextToken }) };
    },
    ListImports: (input: { ExportName: string; NextToken?: string }, call) => {
      const names = importersOf(input.ExportName, { world, call });
      if (names.length === 0) refuse(`Export '${input.ExportName}' is not imported by any stack.`);
      const { entries, NextToken } = page(names, input.NextToken, PER_PAGE);
      return { Imports: entries, ...(NextToken !== undefined && { NextToken }) };
    },
    // The bed has no stack sets, so whichever is asked for is not there.
    CreateStackInstances: (input: { StackSetName: string }) => {
      throw new AwsError("StackSetNotFoundException", `StackSet ${input.StackSetName} not found`, 404);
    },
    DescribeAccountLimits: () => ({ AccountLimits: LIMITS }),
  };
}
