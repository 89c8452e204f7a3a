import { AwsError } from "../aws/kernel.ts";
import { isArray, isObject } from "./answer.ts";
import { holds } from "./assertion.ts";
import type { Check, Checker, Speaker } from "./checks.ts";
import { DeploymentFailed, deploy, settle, settleChangeSet } from "./deployment.ts";
import type { EventsFormat } from "./events.ts";
import { perResource, reduced, stackEvents } from "./events.ts";
import type { Json, Step, Transformer } from "./recording.ts";
import { filledIn, type Outcome, Unavailable } from "./reference.ts";
import { isNotModelled, type Session, stackStatus } from "./session.ts";

export interface Script {
  readonly session: Session;
  readonly checker: Checker;
  readonly outcomes: Map<string, Outcome>;
  /** Who answered each step so far. */
  readonly speakers: Map<string, Speaker>;
  readonly eventsFormat: EventsFormat;
  readonly transformers: readonly Transformer[];
}

/** Takes the steps one after another. A step that fails where none was expected is a difference. */
export async function takeSteps(steps: readonly Step[], script: Script): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (step.match !== undefined) compare(step, script);
    else if (step.assert !== undefined) check(step, script);
    else await take(step, index, script);
  }
}

async function take(step: Step, index: number, script: Script): Promise<void> {
  const { checker, outcomes } = script;
  const speaker: Speaker =
    (step.service ?? "cloudformation") === "cloudformation" ? "cloudformation" : "another service";
  script.speakers.set(step.id, speaker);
  try {
    const value = await perform(step, index, script);
    if (step.expectError !== undefined)
      checker.note({
        verdict: "differs",
        key: step.id,
        speaker,
        mismatch: { path: step.id, recorded: `refused (${step.expectError})`, bed: "accepted" },
      });
    else if (speaker === "cloudformation") checker.note({ verdict: "agrees", key: step.id, speaker });
    outcomes.set(step.id, { kind: "answer", value });
  } catch (cause) {
    const key = `${step.id} ${step.operation ?? step.waiter ?? "deploy"}`;
    if (cause instanceof Unavailable || isNotModelled(cause)) {
      const because = cause instanceof Error ? cause.message : String(cause);
      if (step.expectError !== undefined) checker.note({ verdict: "not modelled", key, speaker, because });
      outcomes.set(step.id, { kind: "not modelled", because });
      return;
    }
    if (!(cause instanceof AwsError)) throw cause;
    const [events, stack] = cause instanceof DeploymentFailed ? [cause.events, cause.description] : [null, null];
    outcomes.set(step.id, {
      kind: "error",
      error: cause,
      operation: step.operation ?? "CreateChangeSet",
      events,
      stack,
    });
    // What another service refuses counts where its answer was recorded: then it is missing there.
    if (step.expectError === undefined && speaker === "cloudformation")
      checker.note({
        verdict: "differs",
        key,
        speaker,
        mismatch: { path: key, recorded: "accepted", bed: `${cause.code}: ${cause.message}` },
      });
  }
}

async function perform(step: Step, index: number, script: Script): Promise<Json> {
  const { session, outcomes } = script;
  if (step.deploy !== undefined) {
    const filled = filledIn(step.deploy as unknown as Json, outcomes) as unknown as NonNullable<Step["deploy"]>;
    return deploy(session, { ...filled, templateBody: step.deploy.templateBody }, index);
  }
  if (step.destroyStack !== undefined) return destroy(session, textOf(filledIn(step.destroyStack, outcomes)));
  if (step.capturePerResourceEvents !== undefined)
    return perResource(
      await stackEvents(session, textOf(filledIn(step.capturePerResourceEvents, outcomes))),
      script.eventsFormat,
    );
  if (step.captureResourceStateChanges !== undefined)
    return stateChanges(session, textOf(filledIn(step.captureResourceStateChanges, outcomes)));
  const params = withOneElement(step.params ?? {}, script);
  if (step.waiter !== undefined) return wait(session, step.waiter, params);
  const { service = "", operation = "" } = step;
  const answer = await session.call(service, operation, params);
  // The recorder's tests took their time before they looked at a change set, which no step says.
  if (step.polled !== true && operation !== "DescribeChangeSet") return answer;
  return (await session.poll(() => session.call(service, operation, params), hasSettled)) ?? answer;
}

/** A retry loop of a test waits until what it looks at has settled. */
function hasSettled(answer: Json): boolean {
  const [event] = isObject(answer) && isArray(answer.StackEvents) ? answer.StackEvents : [];
  if (isObject(event))
    return event.LogicalResourceId === event.StackName && !String(event.ResourceStatus).endsWith("_IN_PROGRESS");
  return !/"(CREATE_PENDING|CREATE_IN_PROGRESS|EXECUTE_IN_PROGRESS|CREATING)"/.test(JSON.stringify(answer));
}

function textOf(value: Json): string {
  return isObject(value) ? String(value.StackName ?? value.StackId ?? "") : String(value);
}

async function destroy(session: Session, stackName: string): Promise<Json> {
  const described = await session.call("cloudformation", "DescribeStacks", { StackName: stackName });
  const [stack] = isObject(described) && isArray(described.Stacks) ? described.Stacks : [];
  const id = isObject(stack) ? String(stack.StackId) : stackName;
  await session.call("cloudformation", "DeleteStack", { StackName: stackName });
  return settle(session, id);
}

async function wait(session: Session, waiter: string, params: { readonly [key: string]: Json }): Promise<Json> {
  const failed = (what: string): never => {
    throw new AwsError("WaiterError", `${waiter}: ${what}`);
  };
  if (waiter === "change_set_create_complete") {
    const changeSet = await settleChangeSet(session, params);
    return isObject(changeSet) && changeSet.Status === "CREATE_COMPLETE" ? changeSet : failed("FAILED");
  }
  if (!waiter.startsWith("stack_")) throw new Unavailable(`no waiter ${waiter}`, "not modelled");
  const wanted = waiter.replace(/^stack_/, "").toUpperCase();
  let stack: Json;
  try {
    stack = await settle(session, String(params.StackName));
  } catch (cause) {
    // By name, a deleted stack does not exist: what the waiter for deletion waits for.
    if (wanted === "DELETE_COMPLETE" && cause instanceof AwsError && cause.code === "ValidationError") return null;
    throw cause;
  }
  const status = stackStatus({ Stacks: [stack] });
  return status === wanted ? stack : failed(status);
}

/** Events in the order they happened, the recorder's way to look at an order. */
async function stateChanges(session: Session, stackId: string): Promise<Json> {
  return reduced(await stackEvents(session, stackId), "reduced");
}

/** A parameter that says `[*]` takes the element that mentions what the steps before have named. */
function withOneElement(params: Json, { outcomes }: Script): { readonly [key: string]: Json } {
  const filled = filledIn(params, outcomes);
  if (!isObject(filled) || !isObject(params)) return {};
  const entries = Object.entries(filled).map(([key, value]): [string, Json] => {
    const written = params[key];
    const many = typeof written === "string" && written.includes("[*]") && isArray(value);
    return [key, many ? (value.at(-1) ?? null) : value];
  });
  return Object.fromEntries(entries);
}

function compare(step: Step, script: Script): void {
  const { checker, outcomes } = script;
  const key = step.match ?? "";
  const speaker = speakerBehind(step.value, script);
  try {
    learnRewrites(script);
    const value = computed(step, script) ?? filledIn(step.value ?? null, outcomes);
    const many = typeof step.value === "string" && step.value.includes("[*]");
    if (many && isArray(value)) checker.matchAny(key, value, speaker);
    else checker.match(key, sortedIfMany(step, value), speaker);
  } catch (cause) {
    noteMissing(checker, { key, speaker }, cause);
  }
}

/** A list that the test put together itself, from the answer before: without CloudFormation's own tags, sorted by name. */
function computed(step: Step, { outcomes }: Script): Json | undefined {
  const last = [...outcomes.values()].at(-1);
  if (!isArray(step.value) || step.value.length > 0) return undefined;
  if (last?.kind === "not modelled") throw new Unavailable(last.because, "not modelled");
  if (last?.kind !== "answer" || !isObject(last.value)) return undefined;
  const list = Object.values(last.value).find(isArray);
  return list?.filter((entry) => !isObject(entry) || !String(entry.Key).startsWith("aws:cloudformation:"));
}

/** Who is to answer for a compared value: another service as soon as one has a part in it. */
function speakerBehind(value: Json | undefined, { speakers }: Script): Speaker {
  const named = [...JSON.stringify(value ?? null).matchAll(/@\{(\w+)/g)].map(([, id]) => id ?? "");
  const ids = named.length > 0 ? named : [...speakers.keys()].slice(-1);
  return ids.some((id) => speakers.get(id) === "another service") ? "another service" : "cloudformation";
}

function noteMissing(checker: Checker, { key, speaker }: Pick<Check, "key" | "speaker">, cause: unknown): void {
  if (!(cause instanceof Unavailable)) throw cause;
  if (cause.why === "not modelled") checker.note({ verdict: "not modelled", key, speaker, because: cause.message });
  else
    checker.note({
      verdict: "differs",
      key,
      speaker,
      mismatch: { path: key, recorded: "(an answer)", bed: cause.message },
    });
}

/** Lists the test put together itself were sorted by name. */
function sortedIfMany(step: Step, value: Json): Json {
  if (!isArray(step.value) || !isArray(value) || !value.every(isObject)) return value;
  return value.toSorted((a, b) =>
    String(isObject(a) ? a.StackName : "") < String(isObject(b) ? b.StackName : "") ? -1 : 1,
  );
}

function learnRewrites({ checker, outcomes, transformers }: Script): void {
  for (const { kind, regex, replacement } of transformers) {
    if (kind !== "regex" || regex === undefined || replacement === undefined || replacement.startsWith("<")) continue;
    try {
      checker.rewrite(String(filledIn(regex, outcomes)), replacement);
    } catch (cause) {
      // Not known yet: the step that tells it comes later, or is not modelled.
      if (!(cause instanceof Unavailable)) throw cause;
    }
  }
}

function check(step: Step, script: Script): void {
  const { checker, outcomes } = script;
  const key = `${step.id} ${step.assert}`;
  const speaker = speakerBehind([step.left ?? null, step.right ?? null], script);
  try {
    const left = filledIn(step.left ?? null, outcomes);
    const right = filledIn(step.right ?? null, outcomes);
    if (holds(step.assert ?? "", left, right)) checker.note({ verdict: "agrees", key, speaker });
    else
      checker.note({
        verdict: "differs",
        key,
        speaker,
        mismatch: { path: key, recorded: JSON.stringify(right), bed: JSON.stringify(left) },
      });
  } catch (cause) {
    noteMissing(checker, { key, speaker }, cause);
  }
}
