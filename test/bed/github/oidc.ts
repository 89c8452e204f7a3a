import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import type { Repository } from "./records.ts";
import type { World } from "./world.ts";

/** What is true of the job that asks; GitHub puts it into the token's claims. */
export interface JobIdentity {
  readonly repository: Repository;
  readonly runId: number;
  readonly runNumber: number;
  readonly runAttempt: number;
  readonly actor: { readonly login: string; readonly id: number };
  readonly eventName: string;
  readonly ref: string;
  readonly sha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** Name of the workflow, and its file with the ref it was read at: `o/r/.github/workflows/x.yml@refs/heads/main`. */
  readonly workflow: string;
  readonly workflowRef: string;
  readonly workflowSha: string;
  /** The reusable workflow the job is in, if any; else the workflow itself. */
  readonly jobWorkflowRef?: string;
  readonly environment?: string;
}

const KEY_ID = "bed-1";
const LIFETIME_SECONDS = 300;

/** GitHub's OpenID provider: a key, its discovery documents, and tokens for jobs. */
export class OidcProvider {
  readonly issuer: string;
  readonly #world: World;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #requests = new Map<string, JobIdentity>();

  constructor(world: World) {
    this.#world = world;
    this.issuer = `${world.url}/_oidc`;
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** `/.well-known/openid-configuration` */
  discovery(): Readonly<Record<string, unknown>> {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      claims_supported: ["sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "sha", "repository", "environment"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid"],
    };
  }

  /** `/.well-known/jwks` */
  jwks(): Readonly<Record<string, unknown>> {
    return { keys: [{ ...this.#publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig", alg: "RS256" }] };
  }

  /**
   * What a job with `id-token: write` gets in its environment: the values of `ACTIONS_ID_TOKEN_REQUEST_URL` and
   * `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
   */
  offer(job: JobIdentity): { readonly requestUrl: string; readonly requestToken: string } {
    const requestToken = randomUUID();
    this.#requests.set(requestToken, job);
    return { requestUrl: `${this.issuer}/token?api-version=2.0`, requestToken };
  }

  /** Takes the offer back when the job ends. */
  withdraw(requestToken: string): void {
    this.#requests.delete(requestToken);
  }

  /** Answers a job's request; undefined when nobody was offered this. */
  redeem(requestToken: string, audience: string | null): string | undefined {
    const job = this.#requests.get(requestToken);
    if (job === undefined) return undefined;
    return this.issue(job, audience ?? `https://github.com/${job.repository.owner.login}`);
  }

  /** A signed token about a job, good for five minutes. */
  issue(job: JobIdentity, audience: string): string {
    const now = Math.floor(this.#world.clock.now() / 1000);
    const { repository } = job;
    const claims = {
      jti: randomUUID(),
      sub: subjectOf(job),
      aud: audience,
      iss: this.issuer,
      nbf: now - 10,
      iat: now,
      exp: now + LIFETIME_SECONDS,
      ref: job.ref,
      ref_type: job.ref.startsWith("refs/tags/") ? "tag" : "branch",
      ref_protected: String(repository.protections.has(job.ref.replace("refs/heads/", ""))),
      sha: job.sha,
      repository: repository.fullName,
      repository_id: String(repository.id),
      repository_owner: repository.owner.login,
      repository_owner_id: String(repository.owner.id),
      repository_visibility: repository.private ? "private" : "public",
      run_id: String(job.runId),
      run_number: String(job.runNumber),
      run_attempt: String(job.runAttempt),
      actor: job.actor.login,
      actor_id: String(job.actor.id),
      workflow: job.workflow,
      workflow_ref: job.workflowRef,
      workflow_sha: job.workflowSha,
      job_workflow_ref: job.jobWorkflowRef ?? job.workflowRef,
      job_workflow_sha: job.workflowSha,
      head_ref: job.headRef,
      base_ref: job.baseRef,
      event_name: job.eventName,
      runner_environment: "github-hosted",
      ...(job.environment !== undefined && { environment: job.environment }),
    };
    const head = encode({ alg: "RS256", typ: "JWT", kid: KEY_ID });
    const body = `${head}.${encode(claims)}`;
    return `${body}.${sign("RSA-SHA256", Buffer.from(body), this.#privateKey).toString("base64url")}`;
  }
}

/**
 * The subject: environment first, then pull request, then ref. Repositories made since 15 July 2026 carry the numbers of
 * owner and repository, so a deleted and re-registered name cannot inherit trust.
 */
function subjectOf(job: JobIdentity): string {
  const { repository } = job;
  const name =
    repository.settings.oidcSubject === "immutable"
      ? `repo:${repository.owner.login}@${repository.owner.id}/${repository.name}@${repository.id}`
      : `repo:${repository.fullName}`;
  if (job.environment !== undefined) return `${name}:environment:${encodeURIComponent(job.environment)}`;
  if (job.eventName === "pull_request" || job.eventName === "pull_request_target") return `${name}:pull_request`;
  return `${name}:ref:${job.ref}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
