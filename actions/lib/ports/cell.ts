import type { Environment } from "../domain/environment.ts";
import type { Databases } from "./databases.ts";
import type { Images } from "./images.ts";
import type { Records } from "./records.ts";
import type { Services } from "./services.ts";
import type { Stacks } from "./stacks.ts";
import type { Tasks } from "./tasks.ts";
import type { Trace } from "./trace.ts";

/** One environment's AWS: an account and region, reached with one role. */
export interface Cell {
  readonly environment: Environment;
  readonly stacks: Stacks;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly images: Images;
  readonly records: Records;
  /** Only where a database may have to be brought back, or started to be changed. */
  readonly backups?: Pick<Databases, "find" | "snapshot" | "restore" | "start">;
  /** What follows the calls made through it; none where nobody asks for it. */
  readonly trace?: Trace;
}
