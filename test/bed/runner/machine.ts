/** The fresh machine a job runs on: folders of its own, and an environment that lets nothing of this machine's user in. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export interface Machine {
  readonly root: string;
  readonly workspace: string;
  readonly temp: string;
  readonly toolCache: string;
  readonly home: string;
  /** Where `$/…` actions are unpacked, at the commit of the workflow. */
  readonly actions: string;
  readonly commandFiles: string;
}

/** Makes the folders of a machine below the temporary folder of the system. */
export async function makeMachine(repositoryName: string): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), "mate-job-"));
  const temp = join(root, "_temp");
  const machine: Machine = {
    root,
    workspace: join(root, "work", repositoryName, repositoryName),
    temp,
    toolCache: join(root, "_tool"),
    home: join(root, "home"),
    actions: join(root, "_actions"),
    commandFiles: join(temp, "_runner_file_commands"),
  };
  for (const folder of Object.values(machine)) await mkdir(folder, { recursive: true });
  return machine;
}

/** Removes the machine with everything on it. */
export async function removeMachine(machine: Machine): Promise<void> {
  await rm(machine.root, { recursive: true, force: true, maxRetries: 3 });
}

/** What of this machine's environment a job may see. Cloud credentials of the person at the keyboard are not among it. */
const PASSED_THROUGH =
  /^(TZ|TMPDIR|SSL_CERT_.*|NODE_EXTRA_CA_CERTS|(https?|no)_proxy|npm_config_.*|PIP_.*|GO(PROXY|NOSUMDB|FLAGS)|DOCKER_HOST)$/i;

/** The environment every process of the machine starts from: this Node first on the path, a home of its own. */
export function machineEnvironment(machine: Machine, nodePath: string): Readonly<Record<string, string>> {
  const passed = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && PASSED_THROUGH.test(name) ? [[name, value] as const] : [],
  );
  const userConfig = process.env.NPM_CONFIG_USERCONFIG ?? join(process.env.HOME ?? machine.home, ".npmrc");
  return {
    ...Object.fromEntries(passed),
    NPM_CONFIG_USERCONFIG: userConfig,
    HOME: machine.home,
    // GitHub's, whatever is installed here: a shell complains of any other into the log of its step.
    LANG: "C.UTF-8",
    PATH: [dirname(nodePath), process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    GIT_TERMINAL_PROMPT: "0",
  };
}
