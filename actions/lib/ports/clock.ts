/** Time as a collaborator, so that waiting can be tested and rehearsed. */
export interface Clock {
  now(): Date;
  /** Resolves after so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}
