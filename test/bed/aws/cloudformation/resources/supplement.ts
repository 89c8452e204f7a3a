import type { TypeFacts } from "./facts.ts";

/** Types that CloudFormation takes although AWS publishes no schema of them. */
export const UNPUBLISHED: Readonly<Record<string, TypeFacts>> = {
  "AWS::CDK::Metadata": {
    properties: { Analytics: { type: "string", replaces: "no", required: false } },
    ...{ definitions: {}, attributes: {}, identifier: [], primaryIdentifier: [] },
  },
};

/** Attributes for Fn::GetAtt that the template reference documents and the schema leaves out. */
export const UNPUBLISHED_ATTRIBUTES: Readonly<Record<string, TypeFacts["attributes"]>> = {
  "AWS::Elasticsearch::Domain": { DomainArn: "string" },
};
