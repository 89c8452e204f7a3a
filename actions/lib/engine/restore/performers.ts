/** Which function does which step. */
import type { StepName } from "../../domain/restore-steps.ts";
import { carrySettings, restoreBeside, verifyRestored } from "./database-steps.ts";
import { discardDatabase, discardInstance, discardSnapshot } from "./discard.ts";
import { restoreFilesStep } from "./restore-files.ts";
import type { Perform } from "./run-steps.ts";
import { startDatabase, startPutAway, stopDatabase, stopPutAway } from "./stopped-database.ts";
import { checkStack, finalSnapshot, renameNew, renameOld, undoRenameNew, undoRenameOld } from "./swap-steps.ts";
import {
  forgetQueue,
  migrateRestored,
  resumeTenant,
  suspendTenant,
  undoForget,
  undoResume,
  undoSuspend,
} from "./tenant-steps.ts";
import { copyDatabase, removeCopy, swapDatabases, undoDatabases } from "./trial-steps.ts";

export const performers = {
  "restore-beside": restoreBeside,
  "carry-settings": carrySettings,
  verify: verifyRestored,
  "start-database": startDatabase,
  suspend: suspendTenant,
  "final-snapshot": finalSnapshot,
  "rename-old": renameOld,
  "rename-new": renameNew,
  "copy-database": copyDatabase,
  "swap-databases": swapDatabases,
  "restore-files": restoreFilesStep,
  "forget-queue": forgetQueue,
  migrate: migrateRestored,
  resume: resumeTenant,
  "check-stack": checkStack,
  "stop-database": stopDatabase,
  "stop-put-away": stopPutAway("old"),
  "remove-copy": removeCopy,
  "undo-start-database": startDatabase,
  "undo-start-put-away": startPutAway,
  "undo-suspend": undoSuspend,
  "undo-rename-new": undoRenameNew,
  "undo-rename-old": undoRenameOld,
  "undo-databases": undoDatabases,
  "undo-forget-queue": undoForget,
  "undo-resume": undoResume,
  "undo-check-stack": checkStack,
  "undo-stop-database": stopDatabase,
  "undo-stop-put-away": stopPutAway("restored"),
  "discard-snapshot": discardSnapshot,
  "discard-instance": discardInstance,
  "discard-database": discardDatabase,
} as const satisfies Readonly<Record<StepName, Perform>>;
