/** ARNs of Elastic Load Balancing and how they contain each other. */
import type { Call, World } from "../../kernel.ts";

/** `arn:aws:elasticloadbalancing:<region>:<account>:<path>` */
function elbArn(call: Call, path: string): string {
  return `arn:aws:elasticloadbalancing:${call.caller.region}:${call.caller.account}:${path}`;
}

/** ARN of a new load balancer or target group: its name and sixteen digits of its own. */
export function newArn(
  world: World,
  call: Call,
  kind: "loadbalancer/app" | "loadbalancer/net" | "targetgroup",
  name: string,
): string {
  return elbArn(call, `${kind}/${name}/${world.hex(16)}`);
}

/** ARN of a part of another resource: a listener of a load balancer, a rule of a listener. */
export function partArn(world: World, whole: string, kind: "listener" | "listener-rule"): string {
  return `${whole.replace(kind === "listener" ? ":loadbalancer/" : ":listener/", `:${kind}/`)}/${world.hex(16)}`;
}

/** `app/<name>/<id>` or `targetgroup/<name>/<id>`: how CloudWatch names it. */
export function fullName(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1).replace(/^loadbalancer\//, "");
}
