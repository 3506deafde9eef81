import { settingsText } from "../../text/settings/index.ts";

/**
 * Parses lines such as `Name: value` or `NAME=value` to an object. Skips empty lines. Throws an error with the number
 * of the first line that has no separator or no name.
 */
export function parsePairs(text: string, separator: ":" | "="): Record<string, string> {
  const lines = text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  return Object.fromEntries(
    lines.map(({ line, number }) => {
      const at = line.indexOf(separator);
      if (at < 1) throw new Error(settingsText.mcp.badLine(number, separator));
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
