/** What the ECS scheduler says about a service, sorted into the ordinary course of things and what tells why it does not go on. */

export interface ServiceEvent {
  readonly at: Date;
  readonly text: string;
}

/** Amazon ECS developer guide, "Service event messages": those of a deployment that goes well, or that goes back. */
const routine =
  /\) (has started|has stopped|has begun draining|has reached a steady state|registered|deregistered|rolling back)|deployment (completed|failed)/;

/**
 * The first thing since a moment that was said and is no routine. It only explains; nothing is decided from its words.
 *
 * @param events in any order
 */
export function tellingEvent(events: readonly ServiceEvent[], since: Date): string | undefined {
  return events
    .filter(({ at, text }) => at >= since && !routine.test(text))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())[0]?.text;
}
