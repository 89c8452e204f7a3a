/**
 * Single calls of services that speak AWS's query protocol: a form in, XML out. The whole clients of CloudFormation, CloudWatch,
 * Elastic Load Balancing, RDS and STS are 900 KB of source in a bundle; what is needed of them are a few reads and a session.
 */

import { parseXML } from "@aws-sdk/xml-builder";
import { AwsFailure, patiently, type Signing, signedFetch } from "./ops-signed-fetch.ts";

/** Services and the version of their query API (each API reference, "Making API requests"). */
const versions = {
  cloudformation: "2010-05-15",
  elasticloadbalancing: "2015-12-01",
  monitoring: "2010-08-01",
  rds: "2014-10-31",
  sts: "2011-06-15",
} as const;

/** What came back, as a tree: lists are `member`, or named as their items, and one item is no list. */
export type Answer = Readonly<Record<string, unknown>>;

export interface QueryCall {
  readonly service: keyof typeof versions;
  readonly action: string;
  /** `Dimensions.member.1.Name` → value, as the protocol flattens structures and lists. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Makes calls that can be repeated.
 *
 * @returns the content of `<Action>Result`
 * @throws AwsFailure with AWS's code as its name
 */
export function awsQueries(signing: Signing): (call: QueryCall) => Promise<Answer> {
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return ({ service, action, parameters }) =>
    patiently(async () => {
      const body = new URLSearchParams({ Action: action, Version: versions[service], ...parameters }).toString();
      const { ok, status, text } = await signedFetch({ service, headers, body }, signing);
      if (ok) return within(within(parseXML(text), `${action}Response`), `${action}Result`);
      const error = problemIn(text);
      throw new AwsFailure(textOf(error, "Code") ?? `Status${status}`, textOf(error, "Message") ?? "", status);
    }, signing.pause);
}

/** What an answer says is wrong. What stands in front of the service answers with a page of its own when the service is not there. */
function problemIn(text: string): Answer {
  try {
    return within(within(parseXML(text), "ErrorResponse"), "Error");
  } catch {
    return { Message: text.slice(0, 200) };
  }
}

/** The structure under a name; an empty one if there is none. */
export function within(tree: unknown, name: string): Answer {
  const found = typeof tree === "object" && tree !== null ? (tree as Answer)[name] : undefined;
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Answer) : {};
}

/** The items of a list under a name; those that are no structures stand under the empty name. */
export function items(tree: Answer, name: string, item = "member"): readonly Answer[] {
  const found = within(tree, name)[item];
  const list = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return list.map((one: unknown) => (typeof one === "object" && one !== null ? (one as Answer) : { "": one }));
}

/** A text under a name. */
export function textOf(tree: Answer, name: string): string | undefined {
  const found = tree[name];
  return typeof found === "string" && found !== "" ? found : undefined;
}
