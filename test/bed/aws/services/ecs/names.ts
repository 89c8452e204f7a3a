/** Amazon Resource Names of ECS: made, and taken apart again. */
import type { World } from "../../kernel.ts";

interface Place {
  readonly account: string;
  readonly region: string;
}

/** `arn:aws:ecs:<region>:<account>:<path>` */
export function ecsArn({ region, account }: Place, path: string): string {
  return `arn:aws:ecs:${region}:${account}:${path}`;
}

/** The last part of an ARN, or the name itself: `cluster/main` and `main` both give `main`. */
export function shortName(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

/** Family and revision (undefined: the newest active one) of a task definition's name or ARN. */
export function familyAndRevision(nameOrArn: string): {
  readonly family: string;
  readonly revision: number | undefined;
} {
  const [family = "", revision] = shortName(nameOrArn).split(":");
  return { family, revision: revision === undefined ? undefined : Number(revision) };
}

/** A number of so many digits, as text: deployment and service revision ids are longer than JavaScript counts. */
export function digits(world: World, count: number): string {
  const number = BigInt(`0x${world.hex(32)}`) % 9n ** BigInt(count);
  return `${1 + Number(number % 9n)}${number.toString().padStart(count, "0")}`.slice(0, count);
}

/** An id as service deployments have it: 21 letters and digits. */
export function shortId(world: World): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const hex = world.hex(42);
  return Array.from({ length: 21 }, (_, at) => letters[Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16) % 62]).join(
    "",
  );
}
