import { fitLine, MAX_LINE_LENGTH } from "../commit/fit-line.ts";

/**
 * The title of a pull request, of at most 72 characters. A rule with `{title}` in it is a pattern for the session's title; any other is an instruction that the
 * harness was given, which answers it in a line "Pull request title: ...". Pure.
 */
export function decideTitle(input: {
  readonly sessionTitle: string;
  /** The organization's setting; empty for none. */
  readonly rule: string;
  /** The harness's last words. */
  readonly answer: string;
}): string {
  const rule = input.rule.trim();
  if (rule === "") return oneLine(input.sessionTitle);
  if (rule.includes("{title}")) return oneLine(rule.replaceAll("{title}", () => input.sessionTitle));
  const proposed = proposal.exec(input.answer)?.[1];
  return proposed === undefined ? oneLine(input.sessionTitle) : oneLine(proposed.replaceAll(/[*`]/g, ""));
}

/** What the harness is told of the rule; null when it has nothing to do with it. */
export function titleInstruction(rule: string): string | null {
  const text = rule.trim();
  if (text === "" || text.includes("{title}")) return null;
  return `When you have changed files, end your last answer with a line "Pull request title: ..." that follows this rule: ${text}`;
}

/** The harness's answer without that line. */
export function withoutProposal(answer: string): string {
  return answer.replace(proposal, "").trim();
}

const proposal = /^[*_`\s]*Pull request title:\**\s*(.+?)\s*$/im;
const oneLine = (text: string) => fitLine(text.replaceAll(/\s+/g, " ").trim(), MAX_LINE_LENGTH);
