const browsers = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
] as const;
const systems = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
] as const;

/**
 * Converts a `User-Agent` header to a description such as "Firefox, Linux". Returns null and an unknown header
 * unchanged.
 */
export function parseBrowser(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const named = [browsers, systems].flatMap(
    (list) => list.find(([, mark]) => mark.test(userAgent))?.[0] ?? [],
  );
  return named.length === 0 ? userAgent : named.join(", ");
}
