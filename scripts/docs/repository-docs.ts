import { actionDocs } from "./actions.ts";
import { commandDocs } from "./commands.ts";
import { declarationDocs } from "./declarations.ts";
import type { GeneratedFile } from "./generated-file.ts";

/**
 * Every generated file of the repository, as it should be; which of them are not so on disk is for the caller to see.
 *
 * @param root the top of the repository
 */
export async function repositoryDocs(root: string): Promise<readonly GeneratedFile[]> {
  return [...(await declarationDocs(root)), ...(await actionDocs(root)), ...commandDocs()];
}
