/** Ids of operations that comments ask for. */

/** What `/confirm` and `/cancel` take. */
export const operationPattern = /^op-[a-z0-9]{1,16}$/;

/**
 * The operation a comment asks for. It is made from the comment's id, so a run that is started again finds its own operation
 * instead of making a second one.
 *
 * @param comment GitHub's id of the comment: a positive whole number
 */
export function operationOf(comment: number): string {
  if (!Number.isSafeInteger(comment) || comment <= 0) throw new RangeError(`not the id of a comment: ${comment}`);
  return `op-${comment.toString(36)}`;
}

/** The comment that an operation is of, the other way round; undefined if the id is of none. */
export function commentOfOperation(operation: string): number | undefined {
  if (!operationPattern.test(operation)) return undefined;
  const comment = Number.parseInt(operation.slice("op-".length), 36);
  return Number.isSafeInteger(comment) && comment > 0 && operationOf(comment) === operation ? comment : undefined;
}
