/** From the form properties have in a template (Pascal case) to the form of the ECS API (camel case). */

/** Maps whose keys are the user's own words. */
const MAPS: ReadonlySet<string> = new Set(["Options", "DockerLabels", "DriverOpts", "Labels"]);

/** Members whose name differs in more than the case of its first letter. */
const RENAMED: Readonly<Record<string, string>> = {
  EFSVolumeConfiguration: "efsVolumeConfiguration",
  FSxWindowsFileServerVolumeConfiguration: "fsxWindowsFileServerVolumeConfiguration",
  FilesystemId: "fileSystemId",
  IAM: "iam",
};

/** The same value with every member named as the API names it. */
export function apiForm<T = unknown>(value: unknown): T {
  return convert(value) as T;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      RENAMED[name] ?? name.charAt(0).toLowerCase() + name.slice(1),
      MAPS.has(name) ? inner : convert(inner),
    ]),
  );
}
