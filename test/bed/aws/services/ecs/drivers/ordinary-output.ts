/** What containers of a Django application write when all is well. */

/** `manage.py migrate` with a few migrations to apply. */
export const MIGRATION_LINES: readonly string[] = [
  "Operations to perform:",
  "  Apply all migrations: admin, auth, contenttypes, patients, sessions",
  "Running migrations:",
  "  Applying contenttypes.0001_initial... OK",
  "  Applying auth.0001_initial... OK",
  "  Applying patients.0001_initial... OK",
  "  Applying sessions.0001_initial... OK",
];

/** A web server, worker or scheduler that came up. */
export const SERVICE_LINES: readonly string[] = ["Starting.", "Ready."];
