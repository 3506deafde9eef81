/** Parts of a pull request's description, each in Markdown. */
export interface PullRequestWords {
  /** Description of the work. */
  readonly what: string;
  /** The user's request, as a quotation. */
  readonly why: string;
  /** Checks that were run, with their results. */
  readonly checked: string;
}

type Part = keyof PullRequestWords;

const headingsOf: Readonly<Record<Part, RegExp>> = {
  checked: /\b(test|tests|tested|testing|verif\w*|qa|checked|validation|how has this)\b/i,
  why: /\b(why|motivation|context|background|reason|problem|purpose|rationale)\b/i,
  what: /\b(what|description|summary|changes?|overview|proposed|solution|about)\b/i,
};
const titles: Readonly<Record<Part, string>> = { what: "What", why: "Why", checked: "Verification" };
const order: readonly Part[] = ["what", "why", "checked"];

/**
 * Inserts each part below the first matching heading of the repository's template, and keeps the rest of the template.
 * Parts without a matching heading precede the template. Without a template, joins the parts. Pure.
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

/** Template paths that are valid on any forge, in lower case and in order of preference. */
export const commonTemplatePaths: readonly string[] = [
  "docs/pull_request_template.md",
  "pull_request_template.md",
];
