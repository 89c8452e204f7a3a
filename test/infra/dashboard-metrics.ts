/** What a row of a dashboard's widget shows: one metric, or an expression over all metrics that a search finds. */

export interface ShownMetrics {
  readonly label: string;
  /** Namespace and name. */
  readonly name: string;
  /** Dimensions of each metric. */
  readonly of: readonly Readonly<Record<string, string>>[];
  /** MAX or SUM, of an expression. */
  readonly over?: string;
}

/**
 * Reads a row of `metrics` in a DashboardBody.
 *
 * @throws where an expression is none of `MAX|SUM(SEARCH('{namespace,dimension} dimension=("a" OR …) MetricName="…"', …))`
 */
export function metricsOf(row: readonly unknown[]): ShownMetrics {
  const { label = "", expression } = (row.find((item) => typeof item === "object") ?? {}) as {
    readonly label?: string;
    readonly expression?: string;
  };
  if (expression === undefined) {
    const [namespace, name, ...rest] = row.filter((item) => typeof item === "string");
    const pairs = Array.from({ length: rest.length / 2 }, (_, index) => rest.slice(2 * index, 2 * index + 2));
    return { label, name: `${namespace} ${name}`, of: [Object.fromEntries(pairs) as Readonly<Record<string, string>>] };
  }
  const form =
    /^(MAX|SUM)\(SEARCH\('\{([\w/]+),(\w+)\} \3=\(([^()]+)\) MetricName="(\w+)"', '(?:Average|Sum)', 60\)\)$/;
  const [, over = "", namespace = "", dimension = "", values = "", name = ""] = form.exec(expression) ?? [];
  const quoted = values.split(" OR ").map((value) => /^"([^"]+)"$/.exec(value)?.[1]);
  if (name === "" || quoted.includes(undefined)) throw new Error(`not an expression of this dashboard: ${expression}`);
  return {
    ...{ label, over, name: `${namespace} ${name}` },
    of: quoted.map((value = "") => ({ [dimension]: value })),
  };
}
