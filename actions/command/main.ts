import { opsCells } from "../lib/adapters/aws/ops-cell.ts";
import { systemClock } from "../lib/adapters/clock.ts";
import { loadPolicy } from "../lib/adapters/files/declared-policy.ts";
import { gitHubRepository } from "../lib/adapters/github/client.ts";
import { gitHubComments } from "../lib/adapters/github/comments.ts";
import { gitHubPeople } from "../lib/adapters/github/people.ts";
import { gitHubRecording } from "../lib/adapters/github/recording.ts";
import { gitHubLeaseHolders, gitHubWorkflows } from "../lib/adapters/github/runs.ts";
import { commandReply, isCommandReply } from "../lib/report/command-reply.ts";
import { runAction } from "../lib/runtime/action.ts";
import { commentOf } from "../lib/runtime/issue-comment.ts";
import { command } from "./command.ts";
import { contract } from "./contract.ts";

await runAction(
  contract,
  async ({ "github-token": token, "members-token": membersToken = token, ...input }, context, progress) => {
    const github = gitHubRepository({ ...context, token });
    const comment = () => commentOf(context);
    const run = { attempt: context.runAttempt, startedBy: context.startedBy, url: context.runUrl, id: context.runId };
    const request = { comment, run, commit: context.commit, policy: await loadPolicy(context.workspace) };
    return await command(request, input, {
      comments: gitHubComments(github, { write: commandReply, isReply: isCommandReply }),
      people: gitHubPeople(github, gitHubRepository({ ...context, token: membersToken })),
      holders: gitHubLeaseHolders(github),
      workflows: gitHubWorkflows(github, context.serverUrl),
      recording: gitHubRecording(github),
      cells: opsCells(context, progress),
      clock: systemClock(context.clockSpeed, context.clockStarted),
      progress,
    });
  },
);
