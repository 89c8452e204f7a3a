/** What a person can do about a stack that the pipeline does not go on with by itself: exact commands, and what they cost. */
import { holdsData } from "../domain/data-resource.ts";
import type { Stack, StackCondition, StackResource } from "../domain/stack.ts";
import type { StackEvent } from "../domain/stack-event.ts";

/** The next step for a stack that takes no change set, before anything was tried. */
export function nextStepOf(condition: StackCondition, stack: string): string {
  if (condition.kind === "creation-undone")
    return "the next deployment removes what is left of it and creates it again";
  if (condition.kind === "stuck" && condition.recovery !== "by-hand") {
    return "the next deployment recovers it first, if that loses nothing; its issue says when a person is needed";
  }
  return `finish what was begun by hand: aws cloudformation describe-stack-events --stack-name ${stack} shows what failed`;
}

/**
 * Why a rollback that was taken up again failed, and the one command that goes on, with what it leaves behind. CloudFormation skips
 * only what failed to be rolled back, not what failed before and made it roll back.
 *
 * @param events of the stack since its last update, oldest first
 */
export function afterFailedRollback({ id, name, statusReason }: Stack, events: readonly StackEvent[]): string {
  const begun = events.findLastIndex(
    ({ physicalId, status }) => physicalId === id && status === "UPDATE_ROLLBACK_IN_PROGRESS",
  );
  const failed = events
    .slice(begun + 1)
    .filter(({ physicalId, status }) => physicalId !== id && status === "UPDATE_FAILED");
  const why = failed.map(({ logicalId, reason }) => `${logicalId}: ${reason ?? "no reason given"}`).join("; ");
  const skip = failed.map(({ logicalId }) => logicalId);
  const command =
    skip.length === 0
      ? `aws cloudformation continue-update-rollback --stack-name ${name}`
      : `aws cloudformation continue-update-rollback --stack-name ${name} --resources-to-skip ${skip.join(" ")}`;
  const cost =
    skip.length === 0
      ? ""
      : `, which leaves ${skip.join(", ")} as ${skip.length === 1 ? "it is" : "they are"} while the stack believes otherwise`;
  return `the rollback of ${name} failed again (${why || (statusReason ?? "no reason given")}); mend the cause and deploy again, or: ${command}${cost}`;
}

/**
 * Why what is left of a stack must not be deleted by the pipeline, in words; undefined if nothing speaks against it.
 *
 * @param resources of which something still exists
 */
export function reasonToKeep(stack: Stack, resources: readonly StackResource[]): string | undefined {
  const deletion = `aws cloudformation delete-stack --stack-name ${stack.name}`;
  const kept = resources.filter(({ type }) => holdsData(type)).map(({ logicalId }) => logicalId);
  if (kept.length > 0) {
    // Only a stack whose deletion failed can be told to leave something behind; of others, what remains would go with them.
    const keep = stack.status === "DELETE_FAILED" ? ` --retain-resources ${kept.join(" ")}` : "";
    return `${kept.join(", ")} may hold data; save what is needed of it, then: ${deletion}${keep}, and deploy again`;
  }
  if (stack.terminationProtection) {
    return `it is protected against termination; look at why, then: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stack.name}, and deploy again`;
  }
  // Every stack the pipeline makes carries this tag from its first change set on.
  if (stack.tags["managed-by"] !== "mate-tenant-delivery") {
    return `it does not carry the tag managed-by: mate-tenant-delivery, so it is not the pipeline's; if nobody needs it: ${deletion}, and deploy again`;
  }
  return undefined;
}

/** What an update that is to be rolled back had made and that may hold data by now: it would be deleted by the rollback. */
export function madeSince(since: Date, resources: readonly StackResource[]): readonly StackResource[] {
  return resources.filter(({ type, status, at }) => holdsData(type) && status.startsWith("CREATE_") && at >= since);
}
