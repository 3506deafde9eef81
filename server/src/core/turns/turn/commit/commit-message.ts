import type { ChangedFile } from "../../../forges/index.ts";
import { titleOf } from "../../../sessions/index.ts";
import { baseShaOf, type Checkout } from "../checkout.ts";
import { authorOf, trailersOf } from "../identity.ts";
import { withoutProposal } from "../publish/decide-title.ts";
import { loadTurnAccount } from "../publish/load-turn-account.ts";
import type { TurnContext } from "../turn-context.ts";
import { siteOf } from "../workspace-layout.ts";
import { composeCommitMessage } from "./compose-commit-message.ts";
import { readConvention } from "./read-convention.ts";

/**
 * Origin of uncommitted files: the harness's work, its fixes for failed commands, or the prePush commands themselves.
 */
export type CommitCause = "work" | "fixing" | "prePush";

const SUBJECTS_READ = 50;

/**
 * Composes the message for a commit of uncommitted files in a repository, in the style of its history and with secrets
 * masked.
 */
export async function commitMessage(
  context: TurnContext,
  checkout: Checkout,
  {
    files,
    cause,
    given,
  }: {
    readonly files: readonly ChangedFile[];
    readonly cause: CommitCause;
    /** Message that replaces the composed one, or null. */
    readonly given: string | null;
  },
  signal: AbortSignal,
): Promise<string> {
  const { session, message, masker } = context;
  const trailers = trailersOf(session, authorOf(message));
  if (given !== null) return `${masker.mask(given).trim()}\n\n${trailers}\n`;
  // The harness may have set the title in the meantime.
  const { title } = await context.ports.store.sessions.get(session.id);
  const account = cause === "prePush" ? "" : withoutProposal((await loadTurnAccount(context)).answer);
  return composeCommitMessage({
    convention: readConvention(await subjectsOf(context, checkout, signal)),
    title: masker.mask(titleOfCommit(context, title, cause)),
    account,
    files: files.map((file) => ({ ...file, path: masker.mask(file.path) })),
    mentions: [title, session.branchName, message.content].map((text) => masker.mask(text)),
    trailers,
  });
}

function titleOfCommit(
  { turn, message }: Pick<TurnContext, "turn" | "message">,
  sessionTitle: string,
  cause: CommitCause,
): string {
  if (cause === "prePush") return "Apply the changes made by prePush";
  if (cause === "fixing") return "Fix the problems that prePush found";
  if (message.source?.kind === "checks") return "Fix failed checks";
  if (turn.number === 1 || message.source?.kind === "issue") return sessionTitle;
  return message.source === null ? titleOf(message.content) : "Address the comments";
}

async function subjectsOf(
  context: TurnContext,
  checkout: Checkout,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const from = await baseShaOf(context, checkout);
  if (from === null) return [];
  const { git } = context.ports;
  const site = siteOf(context, checkout);
  return git.subjects({ site, from, limit: SUBJECTS_READ }, signal);
}
