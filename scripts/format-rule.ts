import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Matches calls that format numbers, dates or lists. `Intl.supportedValuesOf` and `toLocaleLowerCase` are allowed,
 * because they format nothing.
 */
const formatting =
  /\.toLocale(?:Date|Time)?String\(|\.toFixed\(|\.toPrecision\(|\.toDateString\(|\.toTimeString\(|\bIntl\.\w*Format\b/g;

/** Returns the calls in a source that format numbers, dates or lists. */
export const findFormatting = (source: string): readonly string[] => source.match(formatting) ?? [];

/**
 * Returns the paths, relative to the folder, of its source files that format values. Ignores tests. Throws if the folder
 * contains no source file.
 */
export function filesThatFormat(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path),
  );
  if (paths.length === 0) throw new Error(`No files found in ${folder}.`);
  return paths.filter((path) => findFormatting(readFileSync(join(folder, path), "utf8")).length > 0).sort();
}
