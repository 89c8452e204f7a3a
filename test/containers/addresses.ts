/** Addresses of this machine that only its containers can reach: each is the gateway of a Docker network of its own. */
import { must } from "./program.ts";

export interface Addresses {
  /** Network in which each task gets an address of its own, as with awsvpc. */
  readonly tasks: string;
  /** A new address, on which a server can have the port that clients expect. */
  next(): Promise<string>;
  close(): Promise<void>;
}

export async function dockerAddresses(prefix: string): Promise<Addresses> {
  const networks: string[] = [];
  let servers = 0;
  const create = async (name: string): Promise<string> => {
    await must("docker", ["network", "create", name]);
    networks.push(name);
    return await must("docker", ["network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name]);
  };
  const tasks = `${prefix}-tasks`;
  await create(tasks);
  return {
    tasks,
    next: () => create(`${prefix}-server-${++servers}`),
    close: async () => {
      if (networks.length > 0) await must("docker", ["network", "rm", ...networks]);
    },
  };
}
