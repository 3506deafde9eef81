import { fitLine, MAX_LINE_LENGTH } from "../commit/fit-line.ts";

/**
 * Decides the title of a pull request, with at most 72 characters. A rule that contains `{title}` is a pattern for the
 * session's title. Any other rule is an instruction to the harness, which responds with a line "Pull request title:
 * ...". Pure.
 */
export function decideTitle(input: {
  readonly sessionTitle: string;
  /** The organization's setting, or an empty string if there is none. */
  readonly rule: string;
  /** The harness's last message. */
  readonly answer: string;
}): string {
  const rule = input.rule.trim();
  if (rule === "") return oneLine(input.sessionTitle);
  if (rule.includes("{title}")) return oneLine(rule.replaceAll("{title}", () => input.sessionTitle));
  const proposed = proposal.exec(input.answer)?.[1];
  return proposed === undefined ? oneLine(input.sessionTitle) : oneLine(proposed.replaceAll(/[*`]/g, ""));
}

/** Returns the instruction to the harness, or null if the rule does not require one. */
export function titleInstruction(rule: string): string | null {
  const text = rule.trim();
  if (text === "" || text.includes("{title}")) return null;
  return `If you change files, end your last message with a line "Pull request title: ..." that follows this rule: ${text}`;
}

/** Returns the harness's last message without the title line. */
export function withoutProposal(answer: string): string {
  return answer.replace(proposal, "").trim();
}

const proposal = /^[*_`\s]*Pull request title:\**\s*(.+?)\s*$/im;
const oneLine = (text: string) => fitLine(text.replaceAll(/\s+/g, " ").trim(), MAX_LINE_LENGTH);
