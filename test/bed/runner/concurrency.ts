/** Concurrency groups: one runs, one waits (or a queue waits, with `queue: max`), the rest give way. */

export interface GroupMember {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
  /** Called when it is this member's turn. */
  readonly granted: () => void;
  /** Called when a newer member takes this one's place in the wait, or when there is none left. */
  readonly superseded: () => void;
  /** Called when a newer member wants this one, which runs, to end. */
  readonly cancel: () => void;
}

/** As many may wait with `queue: max`; who comes then is cancelled (GitHub docs, "Control workflow concurrency"). */
const LONGEST_QUEUE = 100;

export class ConcurrencyGroups {
  readonly #groups = new Map<string, { running: GroupMember; waiting: GroupMember[] }>();

  /** Enters a group. `granted` may be called at once. The result leaves the group, whether running or waiting; call it once. */
  enter(member: GroupMember): () => void {
    // Group names do not distinguish case.
    const key = member.group.toLowerCase();
    const leave = (): void => this.#leave(key, member);
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, { running: member, waiting: [] });
      member.granted();
      return leave;
    }
    if (member.queue === "max" && group.waiting.length >= LONGEST_QUEUE) {
      member.superseded();
      return leave;
    }
    if (member.queue === "single") for (const older of group.waiting.splice(0)) older.superseded();
    group.waiting.push(member);
    if (member.cancelInProgress) group.running.cancel();
    return leave;
  }

  #leave(key: string, member: GroupMember): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    if (group.running !== member) {
      group.waiting = group.waiting.filter((other) => other !== member);
      return;
    }
    const next = group.waiting.shift();
    if (next === undefined) {
      this.#groups.delete(key);
      return;
    }
    group.running = next;
    next.granted();
  }
}
