import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boundOf, isMet, type Report, ratioOf } from "./figure.ts";
import type { Machine } from "./machine.ts";
import type { SavedResult } from "./saved-result.ts";

export interface Circumstances {
  readonly command: string;
  readonly machine: Machine;
  /** Settings of the server that differ from the defaults. */
  readonly exceptions: readonly string[];
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Duration of the bench. */
  readonly minutes: number;
}

/** Writes `<folder>/<name>.json` atomically. Returns its content. */
export async function saveResults(
  folder: string,
  name: string,
  report: Report,
  circumstances: Circumstances,
): Promise<SavedResult> {
  const content = {
    name,
    date: new Date().toISOString(),
    ...circumstances,
    figures: report.figures.map((figure) => ({
      ...figure,
      product: round(figure.product),
      floor: figure.floor === null ? null : round(figure.floor),
      ...(figure.peer && { peer: { ...figure.peer, value: round(figure.peer.value) } }),
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
  return { ...content, isWarm: true };
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const roundOrNull = (value: number | null) => (value === null ? null : round(value));
