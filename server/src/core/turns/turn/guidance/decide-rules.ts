/** Files in which repositories keep rules for agents. The first file that exists is used. */
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

/** Rules of one repository to include in the harness's prompt. */
export interface RepositoryRules {
  /** The repository's folder in the workspace. */
  readonly directory: string;
  readonly file: string;
  readonly text: string;
}

export type RulesDecision =
  | { readonly kind: "include"; readonly rules: RepositoryRules }
  /** `why` explains to users why Tembo ignores the file. */
  | { readonly kind: "refuse"; readonly why: string }
  | { readonly kind: "nothing" };

/**
 * Decides whether to send a repository's rules to the harness. The harness already knows them if the file that it
 * reads itself has the same text or imports the rules (`@AGENTS.md`, alone on its line). Pure.
 */
export function decideRules(
  rules: RepositoryRules,
  /** Text of the file that the harness reads itself in this repository. */
  ownText: string | null,
): RulesDecision {
  const { file, text } = rules;
  if (text.includes("\0"))
    return { kind: "refuse", why: `${file} is not a text file. Its rules are ignored.` };
  const words = text.trim();
  const isKnown = ownText !== null && (ownText.trim() === words || importsOf(ownText).has(file));
  return words === "" || isKnown
    ? { kind: "nothing" }
    : { kind: "include", rules: { ...rules, text: words } };
}

function importsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/^\s*[-*]?\s*@(?:\.\/)?(\S+)\s*$/gm), (match) => match[1]!));
}
