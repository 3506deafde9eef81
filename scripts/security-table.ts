import { join } from "node:path";

export const securityFile = join(import.meta.dirname, "../docs/security.md");

const begin = "<!-- Generated from the containment probes by `npm run generate`. -->";
const end = "<!-- End of the probes. -->";

/** Returns the page with an updated table of probes. Throws if the page does not contain both markers of the table. */
export function withProbeTable(page: string, table: string): string {
  const start = page.indexOf(begin);
  const stop = page.indexOf(end);
  if (start === -1 || stop < start) throw new Error(`The page has no "${begin}" before an "${end}".`);
  return `${page.slice(0, start)}${begin}\n${table}\n${page.slice(stop)}`;
}
