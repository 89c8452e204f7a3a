/** Changes of files as pull requests. */
export interface Proposals {
  /**
   * Opens a pull request with these files, or, when one from the same branch is open, adds a commit to it and rewrites its text.
   *
   * @param proposal.files path → text; other files stay as the default branch has them
   * @returns its number and address
   */
  propose(proposal: {
    readonly branch: string;
    readonly title: string;
    readonly body: string;
    readonly files: Readonly<Record<string, string>>;
  }): Promise<Proposal>;
}

export interface Proposal {
  readonly number: number;
  readonly url: string;
  readonly outcome: "opened" | "updated";
}
