import { globSync } from "node:fs";
import { join } from "node:path";
import { type Combination, combinations } from "../../../../server/src/sandbox/testing/combinations.ts";
import { claims } from "./claims.ts";
import { exclusionOf } from "./exclusions.ts";
import { collectProbes, type RegisteredProbe } from "./registry.ts";

const folder = join(import.meta.dirname, "..");

/** Returns the names of the files with probes. */
export const listProbeFiles = (): readonly string[] =>
  globSync("*.test.ts", { cwd: folder }).filter((file) => file !== "count.test.ts");

/** Returns the Markdown that shows which claims hold on which combination, and the reasons where probes do not run. */
export async function probeTable(): Promise<string> {
  const probes = await collectProbes(folder, listProbeFiles());
  const onCombinations = Object.entries(claims).filter(([, { once }]) => once === undefined);
  const reasons: string[] = [];
  const note = (reason: string) => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return reasons.indexOf(reason) + 1;
  };
  const rowsOf = (columns: readonly Combination[]) =>
    onCombinations.map(([file]) => {
      const own = probes.filter((probe) => probe.file === file);
      return [subjectOf(file), ...columns.map((combination) => describeCell(own, combination, note))];
    });
  const sandboxes = [...new Set(combinations.map(({ sandbox }) => sandbox))];
  const outcomes = sandboxes.flatMap((sandbox) => {
    const columns = combinations.filter((combination) => combination.sandbox === sandbox);
    return [`**${sandbox}**`, "", ...table(["probes", ...columns.map(describeColumn)], rowsOf(columns)), ""];
  });
  return [
    "",
    ...table(
      ["probes", "claim"],
      onCombinations.map(([file, { claim }]) => [subjectOf(file), claim]),
    ),
    "",
    ...outcomes,
    ...reasons.map((reason, index) => wrap(`${index + 1}. ${reason}`)),
    "",
    "The probes of other claims run once:",
    "",
    ...table(
      ["probes", "claim", "why once"],
      Object.entries(claims).flatMap(([file, { claim, once }]) =>
        once === undefined ? [] : [[subjectOf(file), claim, once]],
      ),
    ),
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)];
}

const subjectOf = (file: string): string => `\`${file.replace(".test.ts", "")}\``;

function describeColumn({ source, profile }: Combination): string {
  return `${source === "machine" ? "`/usr`" : source}, ${profile}`;
}

/**
 * Returns "yes" if every probe runs, with notes if some do not. If none runs, returns "no", or "–" if the claim does
 * not apply.
 */
function describeCell(
  probes: readonly RegisteredProbe[],
  combination: Combination,
  note: (reason: string) => number,
): string {
  const excluded = probes.map(({ name, scope }) => exclusionOf(name, scope ?? [], combination));
  const found = excluded.filter((exclusion) => exclusion !== null);
  if (found.length === 0) return "yes";
  const notes = [...new Set(found.map(({ reason }) => note(reason)))].sort((one, other) => one - other);
  const outcome = excluded.includes(null) ? "yes" : found.some(({ isOpen }) => isOpen) ? "no" : "–";
  return `${outcome} (${notes.join(", ")})`;
}

const maxColumns = 120;

/** Breaks an item of a list into lines. */
function wrap(item: string): string {
  const indent = " ".repeat(item.indexOf(" ") + 1);
  const lines = [""];
  for (const word of item.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + word.length >= maxColumns) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}
