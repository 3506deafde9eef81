import type { OperationTool } from "./operation-tools.ts";

const maxWords = 20;

/**
 * Returns the tools that match any word of the query, best matches first. If the query is empty, returns all tools, sorted by name. A match
 * in the name counts more than a match in the description or the path, and a match with the start of a word counts least. A plural matches
 * the singular.
 */
export function searchTools(tools: readonly OperationTool[], query: string): OperationTool[] {
  const words = splitWords(query).slice(0, maxWords);
  const byName = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (words.length === 0) return byName;
  return byName
    .map((tool) => ({ tool, score: scoreOf(tool, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ tool }) => tool);
}

function scoreOf({ name, description, path }: OperationTool, words: readonly string[]): number {
  const inName = splitWords(name);
  const inText = splitWords(`${description} ${path}`);
  let score = 0;
  for (const word of words) {
    if (inName.includes(word)) score += 3;
    else if (inText.includes(word)) score += 2;
    else if ([...inName, ...inText].some((one) => one.startsWith(word))) score += 1;
  }
  return score;
}

const splitWords = (text: string): string[] =>
  (
    text
      .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  ).map((word) => (word.length > 3 ? word.replace(/ies$/, "y").replace(/s$/, "") : word));
