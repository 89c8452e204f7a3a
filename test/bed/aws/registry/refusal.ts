/** Errors as the OCI distribution specification has them. */
import type { RestAnswer } from "../protocols/rest-xml.ts";

/** @param code one of the specification's, such as MANIFEST_UNKNOWN */
export function refusal(status: number, code: string, message: string): RestAnswer {
  return {
    status,
    headers: { "Content-Type": "application/json", "Docker-Distribution-Api-Version": "registry/2.0" },
    body: JSON.stringify({ errors: [{ code, message }] }),
  };
}

/** Asks for a log-in; this is how `docker login` learns that it must send the token. */
export function unauthorized(): RestAnswer {
  const answer = refusal(401, "UNAUTHORIZED", "Not Authorized");
  return {
    ...answer,
    headers: { ...answer.headers, "WWW-Authenticate": 'Basic realm="the AWS bed",service="ecr.amazonaws.com"' },
  };
}
