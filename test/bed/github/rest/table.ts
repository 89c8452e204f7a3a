import { actionsRoutes } from "./actions.ts";
import { activityRoutes } from "./activity.ts";
import { ok } from "./answers.ts";
import { branchRoutes } from "./branches.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commits.ts";
import { contentsRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { environmentRoutes } from "./environments.ts";
import { gitDatabaseRoutes } from "./git-database.ts";
import { issueRoutes } from "./issues.ts";
import { peopleRoutes } from "./people.ts";
import { pullRoutes } from "./pulls.ts";
import { reviewRoutes } from "./reviews.ts";
import { type Route, route } from "./router.ts";
import { statusRoutes } from "./statuses.ts";

/** Every REST route of the bed. The first that matches answers, so the narrower come first. */
export const routes: readonly Route[] = [
  route("GET /meta", () => ok({ verifiable_password_authentication: false, installed_version: "bed" })),
  route("GET /zen", () => ({ status: 200, body: "Approachable is better than simple." })),
  ...activityRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...reviewRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...commitRoutes,
  ...contentsRoutes,
  ...branchRoutes,
  ...gitDatabaseRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...actionsRoutes,
  ...peopleRoutes,
];
