/** What a pull request says for itself, each part in Markdown. */
export interface PullRequestWords {
  /** What was done. */
  readonly what: string;
  /** What was asked. */
  readonly why: string;
  /** How it was checked. */
  readonly checked: string;
}

type Part = keyof PullRequestWords;

const headingsOf: Readonly<Record<Part, RegExp>> = {
  checked: /\b(test|tests|tested|testing|verif\w*|qa|checked|validation|how has this)\b/i,
  why: /\b(why|motivation|context|background|reason|problem|purpose|rationale)\b/i,
  what: /\b(what|description|summary|changes?|overview|proposed|solution|about)\b/i,
};
const titles: Readonly<Record<Part, string>> = { what: "What", why: "Why", checked: "How it was checked" };
const order: readonly Part[] = ["what", "why", "checked"];

/**
 * The repository's template with each part below the first heading that asks for it; everything else of it stays. A part that no heading
 * asks for stands before the template. Without a template the parts stand one after the other. Pure.
 */
export function fillTemplate(template: string | null, words: PullRequestWords): string {
  if (template === null || template.trim() === "") return sectionsOf(order, words);
  const lines = template.replaceAll("\r\n", "\n").trim().split("\n");
  const placed = new Map<number, Part>();
  for (const [index, line] of lines.entries()) {
    const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const part = (["checked", "why", "what"] as const).find(
      (one) => headingsOf[one].test(heading) && ![...placed.values()].includes(one),
    );
    if (part !== undefined) placed.set(index, part);
  }
  const homeless = order.filter((part) => ![...placed.values()].includes(part));
  const filled = lines.flatMap((line, index) => {
    const part = placed.get(index);
    return part === undefined || words[part] === "" ? [line] : [line, "", words[part], ""];
  });
  const before = sectionsOf(homeless, words);
  return [before, filled.join("\n").replaceAll(/\n{3,}/g, "\n\n")].filter(Boolean).join("\n\n");
}

function sectionsOf(parts: readonly Part[], words: PullRequestWords): string {
  return parts
    .filter((part) => words[part] !== "")
    .map((part) => `## ${titles[part]}\n\n${words[part]}`)
    .join("\n\n");
}

/** Paths of the template on any forge, best first, in lower case. */
export const commonTemplatePaths: readonly string[] = [
  "docs/pull_request_template.md",
  "pull_request_template.md",
];
