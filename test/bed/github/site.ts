import type { CallLog } from "./call-log.ts";
import type { Faults } from "./faults.ts";
import type { RateLimits } from "./limits.ts";
import type { OidcProvider } from "./oidc.ts";
import type { Tokens } from "./tokens.ts";
import type { World } from "./world.ts";

/** The parts of a running bed that requests meet. */
export interface Site {
  readonly world: World;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly oidc: OidcProvider;
}
