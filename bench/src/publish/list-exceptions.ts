import { benchOrder } from "../report/order.ts";
import type { SavedResult } from "../report/saved-result.ts";
import type { SettingException } from "../support/setting-exceptions.ts";
import { wrap } from "./markdown.ts";

/** Benches that earlier versions ran with other settings. */
const CHANGED: readonly string[] = "session harness waiting warm prepare environment containment".split(" ");

/**
 * Returns a list of the settings that differ from the defaults, those with the same benches and reason together. A last item
 * names the results that an earlier version of the benches measured with other settings.
 */
export function listExceptions(
  exceptions: readonly SettingException[],
  results: readonly SavedResult[],
): string {
  const settings = new Map<string, string[]>();
  for (const { variable, value, benches, why } of exceptions) {
    // The comparison of versions publishes no results.
    const names = benchOrder.filter((name) => benches.includes(name)).map((name) => `\`${name}\``);
    const where = `${why}. Benches: ${names.join(", ")}.`;
    settings.set(where, [...(settings.get(where) ?? []), `\`${variable}\`: ${value}`]);
  }
  const items = [...settings].map(([where, which]) => `- ${which.join("; ")}. ${where}`);
  const older = results.filter(({ name, exceptions }) => exceptions === undefined && CHANGED.includes(name));
  if (older.length > 0)
    items.push(
      `- Results of an earlier version of the benches: ${older.map(({ name }) => `\`${name}\``).join(", ")}. Their harnesses had no compile cache, except in \`waiting\`, which counted no requests, and used the harness's list of commands as its first event.`,
    );
  if (results.some(({ isWarm }) => !isWarm))
    items.push(
      "- Results with an asterisk are still older: their servers counted no requests and were not warm.",
    );
  return items.map((item) => wrap(item, "  ")).join("\n");
}
