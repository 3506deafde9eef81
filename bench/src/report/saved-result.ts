import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figure } from "./figure.ts";
import type { Machine } from "./machine.ts";

/** The results of one bench, as its file in the results folder stores them. */
export interface SavedResult {
  readonly name: string;
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Duration of the bench. Files of earlier versions lack it. */
  readonly minutes?: number;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  /** Settings of the server that differed from the defaults, or undefined if an earlier version of the benches measured. */
  readonly exceptions?: readonly string[];
  /** True if the server counted requests for its rate limits, and was warm. Earlier versions of the benches did neither. */
  readonly isWarm: boolean;
}

/** Files of earlier versions lack the command, which had no options. */
type StoredResult = Omit<SavedResult, "command" | "isWarm"> & { readonly command?: string };

/**
 * Reads the results files of a folder. Sorts them in the given order of benches. A larger fill follows a smaller one of the
 * same bench, and a bench that is not in the order follows all others.
 */
export async function readResults(folder: string, order: readonly string[]): Promise<SavedResult[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const results = await Promise.all(
    files.map(async (file): Promise<SavedResult> => {
      const stored = JSON.parse(await readFile(join(folder, file), "utf8")) as StoredResult;
      const command = stored.command ?? `npm run bench -- ${stored.name}`;
      return { ...stored, command, isWarm: stored.command !== undefined };
    }),
  );
  const place = ({ name }: SavedResult) => {
    const index = order.findIndex((bench) => name === bench || new RegExp(`^${bench}-\\d+$`).test(name));
    return index === -1 ? order.length : index;
  };
  return results.sort(
    (a, b) => place(a) - place(b) || a.name.length - b.name.length || a.name.localeCompare(b.name),
  );
}
