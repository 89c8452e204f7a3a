import { OperatorError } from "../lib/domain/operator-error.ts";
import type { RevertSources } from "../lib/engine/drift-revert.ts";
import type { RevertEnd } from "../lib/engine/drift-revert-journal.ts";
import type { AskedRun } from "../lib/engine/second-person.ts";
import { type Adopted, type AdoptPorts, adopt } from "./adopt.ts";
import { type DriftResult, drift, driftOutputs } from "./drift.ts";
import { type LookPorts, planRevert, type RevertLook, type RevertPorts, revert } from "./revert.ts";

/** What the form asks for: a look at all or one tenant, or something about the one that is named. */
export interface DriftForm extends RevertSources {
  readonly mode: "look" | "plan-revert" | "revert" | "adopt";
  readonly tenant?: string;
  readonly confirm: string;
  /** Digest of what a look before this run's revert showed. */
  readonly reviewed: string;
  readonly run: AskedRun;
}

/** Each mode's ports; asked for when that mode runs, because they take roles of their own. */
export interface ModePorts {
  readonly look: () => Parameters<typeof drift>[1];
  readonly planRevert: () => LookPorts;
  readonly revert: () => RevertPorts;
  readonly adopt: () => Promise<AdoptPorts>;
}

export interface Words {
  readonly look: (results: readonly DriftResult[]) => string;
  readonly planRevert: (look: RevertLook) => string;
  readonly revert: (end: RevertEnd) => string;
  readonly adopt: (adopted: Adopted) => string;
}

type Outputs = Readonly<
  Record<"drifted" | "environment" | "digest" | "second-person" | "pull-request" | "result", string>
>;

export interface ModeEnd {
  readonly outputs: Outputs;
  readonly summary: string;
  readonly failed?: { readonly reasonCode: string; readonly message: string };
}

const none: Outputs = {
  ...{ drifted: "[]", environment: "", digest: "", "second-person": "false" },
  ...{ "pull-request": "", result: "" },
};

/** Does what the form asks for, and says it in outputs and words. */
export async function driftByMode(form: DriftForm, ports: ModePorts, words: Words): Promise<ModeEnd> {
  switch (form.mode) {
    case "look": {
      const results = await drift(form, ports.look());
      return { outputs: { ...none, ...driftOutputs(results) }, summary: words.look(results) };
    }
    case "plan-revert": {
      const look = await planRevert(aboutOne(form), ports.planRevert());
      return lookEnd(look, words.planRevert(look));
    }
    case "revert": {
      const end = await revert(aboutOne(form), ports.revert());
      const { environment, failure } = end;
      return {
        outputs: { ...none, environment, result: JSON.stringify(end) },
        summary: words.revert(end),
        ...(failure !== undefined && { failed: { reasonCode: failure.reasonCode, message: failure.cause } }),
      };
    }
    case "adopt": {
      const adopted = await adopt({ ...aboutOne(form), by: form.run.actor }, await ports.adopt());
      const { environment, pull } = adopted;
      const outputs = { ...none, environment, "pull-request": pull?.url ?? "", result: JSON.stringify(adopted) };
      return { outputs, summary: words.adopt(adopted) };
    }
  }
}

function lookEnd(look: RevertLook, summary: string): ModeEnd {
  const { environment, plan } = look;
  const outputs = {
    ...none,
    environment,
    digest: plan?.digest ?? "",
    "second-person": String((plan?.dangers.length ?? 0) > 0),
    result: JSON.stringify(look),
  };
  const [first] = plan?.refusals ?? [];
  return { outputs, summary, ...(first !== undefined && { failed: { reasonCode: "not-revertable", message: first } }) };
}

function aboutOne<Form extends DriftForm>(form: Form): Form & { readonly tenant: string } {
  if (form.tenant !== undefined) return { ...form, tenant: form.tenant };
  throw new OperatorError("no-tenant", `mode ${form.mode} is about one tenant; name it`);
}
