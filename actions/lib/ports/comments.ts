import type { AskingComment } from "../domain/command/comment-rules.ts";
import type { CommandReply } from "../domain/command/reply.ts";

/** Comments of a pull request: what people ask, and the one reply to each. */
export interface Comments {
  /** Shows at once that a comment was seen. */
  saw(comment: number): Promise<void>;

  /** The comment now, compared with the text the event brought. */
  state(comment: number, written: string): Promise<AskingComment["state"]>;

  /** A comment by its id, with the pull request it stands on; undefined if there is none. */
  find(
    comment: number,
  ): Promise<
    { readonly body: string; readonly author: string; readonly createdAt: string; readonly pull: number } | undefined
  >;

  /** The reply to a comment that an earlier attempt wrote, or undefined. */
  findReply(pull: number, comment: number): Promise<number | undefined>;

  /** Writes the reply, or edits it when its id is given; says its id. */
  reply(to: { readonly pull: number; readonly reply?: number | undefined }, reply: CommandReply): Promise<number>;
}
