import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boundOf, isMet, type Report, ratioOf } from "./figure.ts";
import type { Machine } from "./machine.ts";

export interface Circumstances {
  readonly machine: Machine;
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** Writes `<folder>/<name>.json` atomically. */
export async function saveResults(
  folder: string,
  name: string,
  report: Report,
  circumstances: Circumstances,
): Promise<void> {
  const content = {
    name,
    date: new Date().toISOString(),
    ...circumstances,
    figures: report.figures.map((figure) => ({
      ...figure,
      product: round(figure.product),
      floor: figure.floor === null ? null : round(figure.floor),
      ratio: roundOrNull(ratioOf(figure)),
      bound: roundOrNull(boundOf(figure)),
      isMet: isMet(figure),
    })),
    notes: report.notes,
    measurements: Object.fromEntries(
      Object.entries(report.measurements).map(([what, values]) => [what, values.map(round)]),
    ),
  };
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  await writeFile(`${path}.tmp`, `${JSON.stringify(content, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const roundOrNull = (value: number | null) => (value === null ? null : round(value));
