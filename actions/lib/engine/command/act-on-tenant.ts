/** The work of each verb that changes what runs. */

import type { ActingVerb, CommandOf } from "../../domain/command/grammar.ts";
import type { Workflows } from "../../ports/workflows.ts";
import { resume } from "../resume.ts";
import { rollback } from "../rollback.ts";
import { scale } from "../scale.ts";
import { suspend } from "../suspend.ts";
import type { ActionEnd } from "./action-end.ts";
import { migrate } from "./migrate.ts";
import { restart } from "./restart.ts";
import { retry } from "./retry.ts";
import type { Setting } from "./setting.ts";

export type ActingCommand = { readonly [Verb in ActingVerb]: CommandOf<Verb> }[ActingVerb];

/** Does what the command says, and says how it ended. */
export async function actOnTenant(
  command: ActingCommand,
  setting: Setting,
  { workflows }: { readonly workflows: Workflows },
): Promise<ActionEnd> {
  switch (command.verb) {
    case "scale":
      return await scale(command, setting);
    case "suspend":
      return await suspend(command, setting);
    case "resume":
      return await resume(command, setting);
    case "restart":
      return await restart(command, setting);
    case "migrate":
      return await migrate(setting);
    case "rollback":
      return await rollback(command, setting);
    case "retry":
      return await retry(command, setting, { workflows });
  }
}
