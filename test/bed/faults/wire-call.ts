/** One call of a client that never tries again. */
import type { AwsBed } from "../aws/bed.ts";

const prefixes = { ssm: "AmazonSSM", ecs: "AmazonEC2ContainerServiceV20141113" } as const;

/**
 * @param member name of a member anywhere in the answer whose value is wanted
 * @returns `ok`, or the member's value if there is one; the code of the error; `broken` if the connection broke or was given up
 */
export async function clientCall(
  bed: Pick<AwsBed, "url">,
  call: {
    readonly service: keyof typeof prefixes;
    readonly operation: string;
    readonly input: object;
    /** Gives it up. */
    readonly signal?: AbortSignal;
  },
  member?: string,
): Promise<string> {
  const { service, operation, input, signal } = call;
  const answer = await fetch(bed.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${prefixes[service]}.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA123456789012BEDX/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
    ...(signal !== undefined && { signal }),
  }).catch(() => undefined);
  if (answer === undefined) return "broken";
  const text = await answer.text();
  if (!answer.ok) return /"__type":"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? text;
  return member === undefined ? "ok" : (new RegExp(`"${member}":"([^"]*)"`).exec(text)?.[1] ?? "ok");
}
