/** A picture of a CloudWatch dashboard from its JSON: where each widget stands, and which metric of what each line shows. */

import { metricsOf } from "./dashboard-metrics.ts";

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
const padding = 10;
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
  const room = widget.width * cell.width - 8 - 2 * padding;
  const rows =
    query === undefined
      ? metricRows(widget, room)
      : query.split(" | ").map((part) => text(part, 44, { size: 10, room }));
  const [x, y] = [widget.x * cell.width + 4, widget.y * cell.height + 4];
  const head = lines.map(
    (line, at) =>
      `<g transform="translate(${padding} ${18 + 17 * at})">${text(line.replace(/^# /, ""), 0, { size: at === 0 ? 13 : 11, room })}</g>`,
  );
  const step = Math.min(24, (widget.height * cell.height - 60) / rows.length);
  const below = rows.map((row, at) => `<g transform="translate(${padding} ${42 + Math.round(step * at)})">${row}</g>`);
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect width="${widget.width * cell.width - 8}" height="${widget.height * cell.height - 8}" rx="4" fill="#fff" stroke="#d5dbdb"/>`,
    ...head,
    ...below,
    "</g>",
  ].join("\n");
}

/** A line of the legend for each metric, and under it what it is measured of; in one small line where there are many. */
function metricRows({ properties, height }: Widget, room: number): readonly string[] {
  const metrics = properties.metrics ?? [];
  const crowded = metrics.length * 24 > height * cell.height - 60;
  return metrics.map((row, at) => {
    const { label, name, of, over } = metricsOf(row);
    const what = `${label} · ${over === undefined ? "" : `${over} of `}${name}`;
    const [first, last] = [of[0], of.at(-1)].map((values = {}) => Object.values(values).join(" "));
    const dimensions = first === last ? (first ?? "") : `${first} to ${last}`;
    const square = `<rect y="-9" width="10" height="10" fill="${colours[at % colours.length]}"/>`;
    if (crowded) return `${square}${text(`${what} · ${dimensions}`, 16, { size: 7, room })}`;
    return `${square}${text(what, 16, { size: 11, room })}<g transform="translate(0 11)">${text(dimensions, 16, { size: 9, room })}</g>`;
  });
}

/** Text from `x` on, in smaller letters where it would be wider than the room there is, as far as letters can be reckoned with. */
function text(content: string, x: number, { size, room }: { readonly size: number; readonly room: number }): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  // A letter of a sans-serif font is about half as wide as it is high, capitals and digits more.
  const estimated = content.length * size * 0.55;
  const fitting = Math.min(size, Math.floor((10 * size * (room - x)) / estimated) / 10);
  return `<text x="${x}" font-size="${fitting}" fill="#16191f">${safe}</text>`;
}
