/** One entry of the `errors` array of a 422. */
export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  readonly message?: string;
}

const DOCS = "https://docs.github.com/rest";

/** An answer that is not success: thrown anywhere below a route, sent with GitHub's body. */
export class GitHubFailure extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly docs: string;

  constructor(
    status: number,
    message: string,
    more: {
      readonly errors?: readonly (FieldError | string)[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly docs?: string;
    } = {},
  ) {
    super(message);
    this.name = "GitHubFailure";
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
    this.docs = more.docs ?? DOCS;
  }

  /** The JSON GitHub would send. */
  get body(): Readonly<Record<string, unknown>> {
    return {
      message: this.message,
      ...(this.errors !== undefined && { errors: this.errors }),
      documentation_url: this.docs,
      status: String(this.status),
    };
  }
}

export function notFound(): GitHubFailure {
  return new GitHubFailure(404, "Not Found");
}

/** 422 with the field at fault named the way GitHub names it. */
export function invalid(error: FieldError): GitHubFailure {
  return new GitHubFailure(422, "Validation Failed", { errors: [error] });
}

/** 422 for a body that does not have the shape the endpoint asks for. */
export function invalidRequest(detail: string): GitHubFailure {
  return new GitHubFailure(422, `Invalid request.\n\n${detail}`);
}

export function unprocessable(message: string): GitHubFailure {
  return new GitHubFailure(422, message);
}
