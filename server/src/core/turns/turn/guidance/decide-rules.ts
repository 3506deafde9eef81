/** Where repositories keep their rules for agents; the first that is there counts. */
export const ruleFiles: readonly string[] = [
  "tembo.md",
  "AGENTS.md",
  "CLAUDE.md",
  ".cursorrules",
  ".windsurfrules",
  ".clinerules",
  ".rules",
  "AGENT.md",
  ".github/copilot-instructions.md",
];

/** Rules of one repository that the harness must be told. */
export interface RepositoryRules {
  /** The repository's folder in the workspace. */
  readonly directory: string;
  readonly file: string;
  readonly text: string;
}

export type RulesDecision =
  | { readonly kind: "tell"; readonly rules: RepositoryRules }
  /** `why` is for people: what the file must be to count. */
  | { readonly kind: "refuse"; readonly why: string }
  | { readonly kind: "nothing" };

/**
 * Whether a repository's rules are told to the harness. It knows them already when what it reads by itself has the same words
 * or takes them in (`@AGENTS.md`, alone on its line). Pure.
 */
export function decideRules(
  rules: RepositoryRules,
  /** Of the file that the harness reads by itself in this repository. */
  ownText: string | null,
): RulesDecision {
  const { file, text } = rules;
  if (text.includes("\0"))
    return { kind: "refuse", why: `${file} is not a text file; its rules are not followed.` };
  const words = text.trim();
  const isKnown = ownText !== null && (ownText.trim() === words || importsOf(ownText).has(file));
  return words === "" || isKnown ? { kind: "nothing" } : { kind: "tell", rules: { ...rules, text: words } };
}

function importsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/^\s*[-*]?\s*@(?:\.\/)?(\S+)\s*$/gm), (match) => match[1]!));
}
