import type { Person } from "../domain/command/operator-rules.ts";

/** Who people are to this repository, as GitHub says now. Never throws for a look-up that fails: that is an answer, and it denies. */
export interface People {
  /**
   * @param teams slugs of the teams that matter; each is asked about
   */
  find(login: string, teams: readonly string[]): Promise<Person>;
}
