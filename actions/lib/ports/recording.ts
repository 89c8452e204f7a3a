import type { Recorded } from "../domain/command/reply.ts";
import type { Count } from "../domain/tenant.ts";

/** One value of a tenant's file as a command changed it. */
export type FileChange =
  | { readonly what: "count"; readonly service: "django" | "celery"; readonly count: Count }
  | { readonly what: "state"; readonly state: "active" | "suspended" }
  | { readonly what: "release"; readonly release: string };

export interface RecordingRequest {
  readonly tenant: string;
  /** Path of the tenant's file. */
  readonly file: string;
  readonly change: FileChange;
  /** The pull request the command was written on. */
  readonly pull: number;
  /** Title of the commit and of a new pull request. */
  readonly title: string;
  /** Who asked, why, which operation: the text below the title. */
  readonly body: string;
}

/** Where changes that commands made are written down in git. */
export interface Recording {
  /**
   * Changes the value in the tenant's file and nothing else: on the branch of the pull request if that edits the file already, else
   * in a small pull request of its own. A failure is an answer, because the change itself holds.
   */
  record(request: RecordingRequest): Promise<Exclude<Recorded, { readonly where: "not yet" }>>;

  /** Whether a pull request is still open, and if not, how it ended. */
  pullState(pull: number): Promise<"open" | "merged" | "closed">;
}
