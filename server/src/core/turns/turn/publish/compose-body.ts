import type { SessionSource } from "../../../sessions/index.ts";
import { fillTemplate } from "./fill-template.ts";
import type { TurnAccount } from "./turn-account.ts";

const MAX_WHAT_LENGTH = 8_000;
const MAX_WHY_LENGTH = 4_000;

/** The body of a session's pull request, in Markdown. Everything in `input` is masked already. Pure. */
export function composeBody(input: {
  readonly template: string | null;
  readonly request: string;
  readonly account: Omit<TurnAccount, "response">;
  readonly sessionUrl: string;
  /** Of the asker, when they are to be named. */
  readonly login: string | null;
  readonly source: SessionSource | null;
  /** Whether the issue lies in the very repository of this pull request. */
  readonly isOwnIssue: boolean;
}): string {
  const { template, request, account, sessionUrl, login, source } = input;
  const body = fillTemplate(template, {
    what: cut(account.answer, MAX_WHAT_LENGTH),
    why: quoted(cut(request, MAX_WHY_LENGTH)),
    checked: checksOf(account),
  });
  const asked = login === null ? "" : ` Asked for by @${login}.`;
  const closing =
    source?.kind === "issue" ? `Fixes ${input.isOwnIssue ? `#${source.number}` : source.url}` : "";
  return [body, closing, `---\n[Session of Tembo](${sessionUrl}).${asked}`]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Claims nothing but the exit codes. */
function checksOf({ checks }: Pick<TurnAccount, "checks">): string {
  if (checks.length === 0) return "No check was run whose exit code proves its result.";
  return checks
    .map(({ command, exitCode }) => {
      const ending = exitCode === 0 ? "ran, exit code 0" : `failed, exit code ${exitCode}`;
      return `- \`${command.replaceAll("`", "'")}\`: ${ending}`;
    })
    .join("\n");
}

/** As a quotation, so that the words of a request neither close an issue nor call anyone. */
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
