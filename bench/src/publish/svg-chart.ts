import { formatValue, type Unit } from "../report/figure.ts";

export interface Chart {
  readonly title: string;
  readonly unit: Unit;
  /** Names of the bars of a group, in their order in each group. */
  readonly series: readonly string[];
  readonly groups: readonly ChartGroup[];
}

export interface ChartGroup {
  readonly label: string;
  /** A value for each name in `series`, or null if there is none. */
  readonly values: readonly (number | null)[];
}

const WIDTH = 720;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 80;
const BAR = 16;
const GAP = 4;
const GROUP_GAP = 14;
const TOP = 68;
const PAD = 20;

/** Colors of a light page, and of a dark one. All have enough contrast to the chart's own background. */
const STYLE = `
    .background { fill: #ffffff; stroke: #d0d7de; }
    text { fill: #1f2328; font: 13px system-ui, sans-serif; }
    .title { font-weight: 600; font-size: 15px; }
    .s0 { fill: #8c959f; } .s1 { fill: #0969da; } .s2 { fill: #bc4c00; }
    @media (prefers-color-scheme: dark) {
      .background { fill: #0d1117; stroke: #30363d; }
      text { fill: #e6edf3; }
      .s0 { fill: #8b949e; } .s1 { fill: #58a6ff; } .s2 { fill: #f0883e; }
    }`;

/** Renders horizontal bars, in groups. The chart has its own background, so that it is readable on any page. */
export function renderChart(chart: Chart): string {
  const largest = Math.max(...chart.groups.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const scale = (WIDTH - 2 * PAD - LABEL_WIDTH - VALUE_WIDTH) / largest;
  const parts: string[] = [];
  let y = TOP;
  for (const { label, values } of chart.groups) {
    const shown = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
    const height = shown.length * (BAR + GAP) - GAP;
    parts.push(`<text x="${PAD}" y="${y + height / 2 + 5}">${escapeXml(label)}</text>`);
    for (const { value, index } of shown) {
      const width = Math.max(1, Math.round(value * scale));
      const x = PAD + LABEL_WIDTH;
      parts.push(`<rect class="s${index}" x="${x}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`);
      parts.push(`<text x="${x + width + 6}" y="${y + 13}">${formatValue(value, chart.unit)}</text>`);
      y += BAR + GAP;
    }
    y += GROUP_GAP;
  }
  let keyX = PAD;
  for (const [index, name] of chart.series.entries()) {
    parts.push(`<rect class="s${index}" x="${keyX}" y="42" width="12" height="12" rx="2"/>`);
    parts.push(`<text x="${keyX + 18}" y="53">${escapeXml(name)}</text>`);
    keyX += 42 + name.length * 8;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">`,
    `  <title>${escapeXml(describeChart(chart))}</title>`,
    `  <style>${STYLE}`,
    "  </style>",
    `  <rect class="background" x="0.5" y="0.5" width="${WIDTH - 1}" height="${y - 1}" rx="6"/>`,
    `  <text class="title" x="${PAD}" y="28">${escapeXml(chart.title)}</text>`,
    ...parts.map((part) => `  ${part}`),
    "</svg>\n",
  ].join("\n");
}

/** Returns the content of a chart as a text, for readers who do not see it. */
export function describeChart({ title, unit, series, groups }: Chart): string {
  const described = groups.map(({ label, values }) => {
    const shown = values.flatMap((value, index) =>
      value === null ? [] : [`${series[index]} ${formatValue(value, unit)}`],
    );
    return `${label}: ${shown.join(", ")}`;
  });
  return `${title}. ${described.join("; ")}.`;
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
