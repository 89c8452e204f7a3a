/** A picture of a CloudWatch dashboard from its JSON: where each widget stands, and which metric of what each line shows. */

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

/** Pixels of one column of CloudWatch's 24, and of one row. */
const cell = { width: 46, height: 26 } as const;
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"] as const;

/**
 * @param body DashboardBody with every reference put in
 * @returns an SVG document
 */
export function dashboardPicture(body: string): string {
  const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };
  const bottom = Math.max(...widgets.map(({ y, height }) => y + height));
  const [width, height] = [24 * cell.width, bottom * cell.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    "<title>The CloudWatch dashboard of a tenant</title>",
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    ...widgets.map(box),
    "</svg>\n",
  ].join("\n");
}

function box(widget: Widget): string {
  const { title, markdown, query } = widget.properties;
  const lines = markdown?.split("\n") ?? [title ?? ""];
  const rows = query === undefined ? metricRows(widget) : query.split(" | ").map((part) => text(part, 44, 10));
  const [x, y] = [widget.x * cell.width + 4, widget.y * cell.height + 4];
  const head = lines.map(
    (line, at) =>
      `<g transform="translate(10 ${18 + 17 * at})">${text(line.replace(/^# /, ""), 0, at === 0 ? 13 : 11)}</g>`,
  );
  const step = Math.min(24, (widget.height * cell.height - 60) / rows.length);
  const below = rows.map((row, at) => `<g transform="translate(10 ${42 + Math.round(step * at)})">${row}</g>`);
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect width="${widget.width * cell.width - 8}" height="${widget.height * cell.height - 8}" rx="4" fill="#fff" stroke="#d5dbdb"/>`,
    ...head,
    ...below,
    "</g>",
  ].join("\n");
}

/** A line of the legend for each metric, and under it what it is measured of; in one small line where there are many. */
function metricRows({ properties, height }: Widget): readonly string[] {
  const metrics = properties.metrics ?? [];
  const crowded = metrics.length * 24 > height * cell.height - 60;
  return metrics.map((row, at) => {
    const [namespace, name, ...rest] = row.filter((item) => typeof item === "string");
    const { label = "" } = (row.find((item) => typeof item === "object") ?? {}) as { readonly label?: string };
    const dimensions = rest.filter((_item, index) => index % 2 === 1).join(" ");
    const square = `<rect y="-9" width="10" height="10" fill="${colours[at % colours.length]}"/>`;
    if (crowded) return `${square}${text(`${label} · ${namespace} ${name} · ${dimensions}`, 16, 7)}`;
    return `${square}${text(`${label} · ${namespace} ${name}`, 16, 11)}<g transform="translate(0 11)">${text(dimensions, 16, 9)}</g>`;
  });
}

function text(content: string, x: number, size: number): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<text x="${x}" font-size="${size}" fill="#16191f">${safe}</text>`;
}
