/** Issues the pipeline opens, rewrites and closes: one per subject. */
export interface Issues {
  /** The open issue of ours with this label, or undefined. */
  find(
    label: string,
  ): Promise<
    { readonly number: number; readonly openedAt: Date; readonly body: string; readonly url: string } | undefined
  >;
  open(issue: {
    readonly label: string;
    readonly title: string;
    readonly body: string;
  }): Promise<{ readonly number: number; readonly url: string }>;
  rewrite(number: number, issue: { readonly title: string; readonly body: string }): Promise<void>;
  /** Closes it after a last comment that says why. */
  close(number: number, comment: string): Promise<void>;
}
