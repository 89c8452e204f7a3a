import { isArray, isObject } from "./answer.ts";
import { settle, settleChangeSet } from "./deployment.ts";
import { perResource, stackEvents } from "./events.ts";
import type { Json, UpdateCase } from "./recording.ts";
import { type Script, takeSteps } from "./script.ts";

const STACK = "stack-procedure";
const CHANGE_SET = "change-set-procedure";

/** The recorder's fixed procedure: create by change set, update by change set, delete, looking at everything on the way. */
export async function followProcedure(recording: UpdateCase, script: Script): Promise<void> {
  const { session, checker, outcomes } = script;
  await takeSteps(recording.setupSteps ?? [], script);
  const created = await deployOnce(recording, script, 1);
  outcomes.set("procedure", { kind: "answer", value: created });
  await takeSteps(recording.betweenSteps ?? [], script);
  const { StackId: id } = await deployOnce(recording, script, 2);
  const stackId = String(id);
  const format = recording.eventsFormat ?? "reduced";
  const events = "per-resource-events";
  if (format === "full")
    checker.match(events, stackUnderItsName(perResource(await stackEvents(session, stackId), format), recording));
  await session.call("cloudformation", "DeleteStack", { StackName: stackId });
  checker.match("delete-describe", await settle(session, stackId));
  if (format !== "full") checker.match(events, perResource(await stackEvents(session, stackId), format));
  await takeSteps(recording.afterSteps ?? [], script);
}

async function deployOnce(
  recording: UpdateCase,
  { session, checker }: Script,
  number: 1 | 2,
): Promise<{ readonly [key: string]: Json }> {
  const template = number === 1 ? recording.templateBefore : recording.templateAfter;
  const parameters = number === 1 ? recording.parametersBefore : recording.parametersAfter;
  const created = await session.call("cloudformation", "CreateChangeSet", {
    StackName: STACK,
    ChangeSetName: CHANGE_SET,
    ChangeSetType: number === 1 ? "CREATE" : "UPDATE",
    TemplateBody: JSON.stringify(template),
    Parameters: Object.entries(parameters).map(([key, value]) => ({ ParameterKey: key, ParameterValue: value })),
    Capabilities: recording.capabilities,
  });
  checker.match(`create-change-set-${number}`, created);
  const { Id: id = "", StackId: stackId = "" } = isObject(created) ? created : {};
  const named = { ChangeSetName: id };
  await settleChangeSet(session, named);
  const describe = (values: boolean) =>
    session.call("cloudformation", "DescribeChangeSet", { ...named, IncludePropertyValues: values });
  checker.match(`describe-change-set-${number}-prop-values`, sortedChanges(await describe(true)));
  checker.match(`describe-change-set-${number}`, sortedChanges(await describe(false)));
  checker.match(`execute-change-set-${number}`, await session.call("cloudformation", "ExecuteChangeSet", named));
  checker.match(`post-create-${number}-describe`, await settle(session, String(stackId)));
  return { StackId: stackId, StackName: STACK, ChangeSetId: id };
}

/** The recorder sorted changes by logical id. */
function sortedChanges(answer: Json): Json {
  if (!isObject(answer) || !isArray(answer.Changes)) return answer;
  const idOf = (change: Json): string =>
    isObject(change) && isObject(change.ResourceChange) ? String(change.ResourceChange.LogicalResourceId) : "";
  return { ...answer, Changes: answer.Changes.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) };
}

/** The name of the stack is a member name here, where no token is compared. */
function stackUnderItsName(events: Json, recording: UpdateCase): Json {
  if (!isObject(events)) return events;
  const recorded = recording.recorded["per-resource-events"];
  const names = isObject(recorded) ? Object.entries(recorded) : [];
  const named = names.find(
    ([, list]) => isArray(list) && isObject(list[0]) && list[0].ResourceType === "AWS::CloudFormation::Stack",
  )?.[0];
  return Object.fromEntries(
    Object.entries(events).flatMap(([key, list]) =>
      key === STACK ? (named === undefined ? [] : [[named, list]]) : [[key, list]],
    ),
  );
}
