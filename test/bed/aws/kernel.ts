/**
 * What the parts of the AWS bed agree on. A service is a table of operations over plain values in the shapes of the AWS API;
 * the server in front turns HTTP into calls of these operations, and CloudFormation's resource handlers make the same calls.
 * So there is one state, whoever asks.
 */
import { createHash } from "node:crypto";
import type { BedClock } from "../clock.ts";

/** Who makes a call, as far as the bed can tell from the request's credentials. */
export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** ARN of the user or of the assumed role session. */
  readonly arn: string;
  /** Session tags of an assumed role. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One call of an operation: who, and the request id that the answer and the call log carry. */
export interface Call {
  readonly requestId: string;
  readonly caller: Caller;
}

/** Input in the API's own member names; dates are Date, blobs Uint8Array. Output in the same form. */
// biome-ignore lint/suspicious/noExplicitAny: each operation has its own shape, checked against the SDK's schema by the server.
export type Operation = (input: any, call: Call) => Promise<object> | object;

export interface AwsService {
  /** The SDK's package name without its prefix: `ecs`, `cloudformation`, `s3`, `application-auto-scaling`, … */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An error as AWS answers it: a code, a message, an HTTP status, and any further members of the error's shape. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export interface ResourceContext {
  readonly world: World;
  readonly call: Call;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** Stack tags together with the aws:cloudformation:* ones. */
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Creating only: tells the physical id as soon as there is one, where the handler then goes on waiting. */
  readonly started?: (physicalId: string) => void;
  /** Express mode: come back as soon as the service has taken the call, without waiting until the resource is ready or gone. */
  readonly express?: true;
  /** Removing only: the policy is Snapshot, so take a last snapshot of this name before. */
  readonly finalSnapshotId?: string;
}

export interface MadeResource {
  /** What Ref gives and DescribeStackResources shows. */
  readonly physicalId: string;
  /** What Fn::GetAtt gives, by attribute name (`Endpoint.Address`). */
  readonly attributes: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noExplicitAny: properties have the shape of their resource type.
export type Properties = Readonly<Record<string, any>>;

/**
 * How CloudFormation makes, changes and removes resources of one type. Types without a handler of their own get the generic
 * one, which keeps the properties and makes up ids and attributes. Throw an AwsError to fail the resource with its message.
 */
export interface ResourceHandler {
  create(properties: Properties, context: ResourceContext): Promise<MadeResource>;
  update(made: MadeResource, before: Properties, after: Properties, context: ResourceContext): Promise<MadeResource>;
  remove(made: MadeResource, properties: Properties, context: ResourceContext): Promise<void>;
  /** Live properties for drift detection; undefined if the resource is gone. Absent: the type cannot drift here. */
  read?(made: MadeResource, properties: Properties, context: ResourceContext): Promise<Properties | undefined>;
  /**
   * The resource that the members of the type's primary identifier name, as it exists in its service; undefined if there is none.
   * For imports into stacks. Absent: resources of the type cannot be imported here.
   */
  adopt?(
    identifier: Readonly<Record<string, string>>,
    context: ResourceContext,
  ): Promise<MadeResource | undefined> | MadeResource | undefined;
}

/** Everything that lives in one AWS bed: time, chance, state per account and region, services and resource handlers. */
export class World {
  readonly clock: BedClock;
  readonly services = new Map<string, AwsService>();
  readonly resources = new Map<string, ResourceHandler>();
  readonly #stores = new Map<string, unknown>();
  readonly #seed: string;
  readonly #drawnFor = new Map<string, number>();
  #drawn = 0;

  constructor(clock: BedClock, seed = "bed") {
    this.clock = clock;
    this.#seed = seed;
  }

  /** The state a service keeps for one account and region (region "*" for global services), made on first use. */
  store<T>(name: string, where: Pick<Caller, "account" | "region">, make: () => T): T {
    const key = `${name}/${where.account}/${where.region}`;
    if (!this.#stores.has(key)) this.#stores.set(key, make());
    return this.#stores.get(key) as T;
  }

  /** Forgets the state of every service, as if nothing had ever been made. */
  reset(): void {
    this.#stores.clear();
  }

  /** So many hexadecimal digits, the same ones in every run with the same seed and order of events. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) {
      text += createHash("sha256")
        .update(`${this.#seed}/${this.#drawn++}`)
        .digest("hex");
    }
    return text.slice(0, digits);
  }

  uuid(): string {
    const h = this.hex(32);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`;
  }

  /** A number from 0 up to but not including 1. */
  chance(): number {
    return Number.parseInt(this.hex(12), 16) / 2 ** 48;
  }

  /** A number like that of {@link chance}, the nth for `what`: whatever else is drawn in between makes no difference. */
  luck(what: string): number {
    const times = (this.#drawnFor.get(what) ?? 0) + 1;
    this.#drawnFor.set(what, times);
    const digest = createHash("sha256").update(`${this.#seed}/${what}/${times}`).digest("hex");
    return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48;
  }

  /** Calls an operation inside the bed, past HTTP, limits and faults: how one service uses another. */
  async invoke<T = Record<string, unknown>>(service: string, operation: string, input: object, call: Call): Promise<T> {
    const handler = this.services.get(service)?.operations[operation];
    if (handler === undefined)
      throw new AwsError("UnknownOperationException", `the bed does not model ${service}:${operation}`, 501);
    return (await handler(input, call)) as T;
  }
}

/** A service module: adds its operations, and the handlers of the resource types that live in it, to a world. */
export type Install = (world: World) => void;
