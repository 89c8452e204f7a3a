/** What the demo tells of the stage: the head of a plan comment, and what of a tenant runs. */
import type { Call } from "./aws/kernel.ts";
import type { Stage } from "./stage.ts";

/** The first lines of the pull request's plan comment, as plain text. */
export async function headOfPlan(stage: Stage, pull: number): Promise<readonly string[]> {
  const comments = await get<readonly { readonly body: string }[]>(stage, `issues/${pull}/comments`);
  const plan = comments.map(({ body }) => body).find((body) => body.includes("<!-- mate:plan -->"));
  if (plan === undefined) throw new Error(`pull request ${pull} has no plan comment`);
  return plan
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 4)
    .map(plain);
}

/** Markdown without its marks, good enough for a terminal. */
function plain(line: string): string {
  return line
    .replace(/\*\*|`|^#+ |<\/?[a-z]+>/g, "")
    .replace(/\\$/, "")
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .trim();
}

interface Service {
  readonly serviceName: string;
  readonly runningCount: number;
  readonly desiredCount: number;
  readonly deployments: readonly unknown[];
  readonly taskDefinition: string;
}

interface Definition {
  readonly containerDefinitions: readonly {
    readonly image: string;
    readonly environment: readonly { readonly name: string; readonly value: string }[];
  }[];
}

const inProduction = { environment: "production", account: "123456789012" } as const;

/**
 * A line for each service of a tenant.
 *
 * @throws Error if a service does not run as many tasks as it should, or tasks of an older release are still there
 */
export async function runningServices(
  stage: Stage,
  tenant: string,
  { environment, account }: { readonly environment: string; readonly account: string } = inProduction,
): Promise<readonly string[]> {
  const call: Call = {
    requestId: "demo",
    caller: { account, region: "us-east-1", arn: `arn:aws:iam::${account}:user/demo`, tags: {} },
  };
  const ask = <T>(operation: string, input: object): Promise<T> =>
    stage.aws.world.invoke<T>("ecs", operation, input, call);
  const cluster = `mate-${environment}`;
  const names = ["celery", "django", "beat"].map((role) => `mate-${tenant}-${environment}-${role}`);
  const { services } = await ask<{ services: readonly Service[] }>("DescribeServices", { cluster, services: names });
  return await Promise.all(
    services.map(async ({ serviceName, runningCount, desiredCount, deployments, taskDefinition }) => {
      const { taskDefinition: definition } = await ask<{ taskDefinition: Definition }>("DescribeTaskDefinition", {
        taskDefinition,
      });
      const [container] = definition.containerDefinitions;
      const release = container?.environment.find(({ name }) => name === "MATE_RELEASE")?.value;
      if (runningCount !== desiredCount)
        throw new Error(`${serviceName} runs ${runningCount} of ${desiredCount} tasks`);
      if (deployments.length !== 1) throw new Error(`${serviceName} still has tasks of an older deployment`);
      return `${serviceName}: ${runningCount} of ${desiredCount} tasks run ${release} (${container?.image.split("@").at(1)?.slice(0, 19)}…)`;
    }),
  );
}

async function get<T>(stage: Stage, path: string): Promise<T> {
  const response = await fetch(`${stage.github.apiUrl}/repos/${stage.repository}/${path}`, {
    headers: { authorization: `Bearer ${stage.github.tokenOf("alice")}` },
  });
  if (!response.ok) throw new Error(`GitHub answered ${response.status} for ${path}`);
  return (await response.json()) as T;
}
