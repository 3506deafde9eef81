import type { SessionSource } from "../../../sessions/index.ts";
import { fillTemplate } from "./fill-template.ts";
import type { TurnAccount } from "./turn-account.ts";

const MAX_WHAT_LENGTH = 8_000;
const MAX_WHY_LENGTH = 4_000;

/** Composes the body of a session's pull request in Markdown. The caller must mask the texts in `input`. Pure. */
export function composeBody(input: {
  readonly template: string | null;
  readonly request: string;
  readonly account: Omit<TurnAccount, "response">;
  readonly sessionUrl: string;
  /** Login of the person who requested the work, or null to mention no person. */
  readonly login: string | null;
  readonly source: SessionSource | null;
  /** True if the issue belongs to the same repository as the pull request. */
  readonly isOwnIssue: boolean;
}): string {
  const { template, request, account, sessionUrl, login, source } = input;
  const body = fillTemplate(template, {
    what: cut(account.answer, MAX_WHAT_LENGTH),
    why: quoted(cut(request, MAX_WHY_LENGTH)),
    checked: checksOf(account),
  });
  const asked = login === null ? "" : ` Requested by @${login}.`;
  const closing =
    source?.kind === "issue" ? `Fixes ${input.isOwnIssue ? `#${source.number}` : source.url}` : "";
  return [body, closing, `---\n[Tembo session](${sessionUrl}).${asked}`]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Lists each check with its exit code. */
function checksOf({ checks }: Pick<TurnAccount, "checks">): string {
  if (checks.length === 0) return "No checks with a conclusive exit code were run.";
  return checks
    .map(({ command, exitCode }) => {
      const ending = exitCode === 0 ? "succeeded (exit code 0)" : `failed (exit code ${exitCode})`;
      return `- \`${command.replaceAll("`", "'")}\`: ${ending}`;
    })
    .join("\n");
}

/** Quotes a request, so that its text neither closes an issue nor mentions a user. */
function quoted(text: string): string {
  return text
    .split("\n")
    .map(
      (line) => `> ${line.replaceAll(/(^|[^\w`])@(?=\w)/g, "$1@\u200b").replaceAll(/#(?=\d)/g, "#\u200b")}`,
    )
    .join("\n");
}

function cut(text: string, maxLength: number): string {
  const trimmed = text.trim();
  return trimmed.length <= maxLength ? trimmed : `${trimmed.slice(0, maxLength).trimEnd()} …`;
}
