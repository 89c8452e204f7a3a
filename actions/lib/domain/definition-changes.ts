/** How two task definitions of one service differ, beside the image that they run. */
import type { Container, TaskDefinition } from "./service.ts";

/** Property, what it is, what it becomes; as people read it. */
export type DefinitionChange = readonly [property: string, from: string, to: string];

const none = "none";

/** Every property that differs: what a change of it does, nobody should have to find out after merging. */
export function definitionChanges(before: TaskDefinition, after: TaskDefinition): readonly DefinitionChange[] {
  return [
    ...properties.map(([property, read]): DefinitionChange => [property, read(before), read(after)]),
    named("environment", before.container.environment, after.container.environment),
    named("secrets", before.container.secrets, after.container.secrets),
  ].filter(([, from, to]) => from !== to);
}

const properties: readonly (readonly [property: string, read: (of: TaskDefinition) => string])[] = [
  ["cpu", ({ cpu }) => String(cpu)],
  ["memory", ({ memory }) => `${memory} MiB`],
  ["architecture", ({ architecture }) => architecture],
  ["entry point", ({ container }) => container.entryPoint?.join(" ") ?? "the image's own"],
  ["command", ({ container }) => container.command.join(" ") || "the image's own"],
  ["port", ({ container }) => (container.port === undefined ? none : String(container.port))],
  ["health check", ({ container }) => healthCheckOf(container)],
  ["time to stop", ({ container }) => `${container.stopTimeoutSeconds} s`],
  ["log group", ({ container }) => container.logGroup],
  ["files", (definition) => filesOf(definition)],
  ["task role", ({ taskRole }) => taskRole],
  ["execution role", ({ executionRole }) => executionRole],
  ["region", ({ region }) => region],
];

function healthCheckOf({ healthCheck }: Container): string {
  return healthCheck === undefined ? none : `${healthCheck.command.join(" ")} every ${healthCheck.intervalSeconds} s`;
}

function filesOf({ container, volumes }: TaskDefinition): string {
  const mounted = container.mounts.map(({ volume, path }) => {
    const of = volumes.find(({ name }) => name === volume);
    return `${path}: ${of === undefined ? volume : `${of.fileSystem} through ${of.accessPoint}`}`;
  });
  return mounted.length === 0 ? none : mounted.join(", ");
}

/** Values of variables are not shown, names are: which of them change, come and go. The release is told elsewhere. */
function named(
  property: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): DefinitionChange {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => name !== "MATE_RELEASE" && before[name] !== after[name])
    .sort();
  return names.length === 0 ? [property, "", ""] : [property, "present", `changes ${names.join(", ")}`];
}
