import { withReason } from "../../../base/index.ts";
import {
  defaultIntegrationSettings,
  marker,
  mentionPrefixes,
  postOnce,
  reactTo,
} from "../../../forges/index.ts";
import { appendEvent, type MessageSource } from "../../../sessions/index.ts";
import type { Checkout } from "../checkout.ts";
import { loadTurnAccount } from "../publish/load-turn-account.ts";
import type { TurnContext } from "../turn-context.ts";
import { composeReply, type TurnResult } from "./compose-reply.ts";
import { isRecordable } from "./is-recordable.ts";

/**
 * Replies in the thread that the turn's message came from. Unless the turn was canceled, also reacts to the message's
 * comments or issue. The reply contains the harness's last message or the reason for a failure, the pushed commits, and
 * links to pull requests. Sends nothing for a message that is not from a forge, or in a private session. If the forge
 * rejects the reply, appends a notice and does not throw, because the turn has completed its work. Safe to repeat.
 */
export async function replyInThread(
  context: TurnContext,
  result: TurnResult,
  signal: AbortSignal,
): Promise<void> {
  const { source } = context.message;
  if (source === null) return;
  const checkout = context.checkouts.find(({ repository }) => repository.id === source.repositoryId);
  if (checkout === undefined) return;
  // The session may have become private since the message arrived. Its content must then no longer be sent to the
  // forge.
  const { visibility } = await context.ports.store.sessions.get(context.session.id);
  if (visibility === "private") return;
  try {
    await post(context, checkout, source, result);
    signal.throwIfAborted();
    await reactToAll(context, checkout, source, result.status);
  } catch (cause) {
    signal.throwIfAborted();
    if (!isRecordable(cause)) throw cause;
    await appendEvent(context, "reply", {
      type: "notice",
      message: withReason(`The reply could not be posted at ${source.url}`, cause),
    });
  }
}

async function post(
  context: TurnContext,
  { repository, forge }: Checkout,
  source: MessageSource,
  result: TurnResult,
): Promise<void> {
  const { ports, session, turn, masker } = context;
  const { response, answer } = await loadTurnAccount(context);
  const body = composeReply({
    result,
    lastWords: response ?? answer,
    mentionName: await mentionOf(context, source),
    pullRequestUrls: result.pushed.length === 0 ? [] : await otherPullRequests(context, source),
    sessionUrl: `${ports.settings.publicUrl}/sessions/${session.id}`,
  });
  await postOnce(
    { forge, repository, ownId: (await forge.account()).id },
    {
      thread: source.thread,
      replyTo: source.replyTo,
      marker: marker("reply", turn.id),
      body: masker.mask(body),
    },
  );
}

async function reactToAll(
  { ports }: Pick<TurnContext, "ports">,
  { repository, forge }: Checkout,
  source: MessageSource,
  status: TurnResult["status"],
): Promise<void> {
  if (status === "cancelled" || source.kind === "checks") return;
  const reaction = status === "completed" ? "done" : "refused";
  const comments = source.kind === "issue" ? [null] : source.comments;
  for (const comment of comments)
    await reactTo({ ports, forge, repository }, source.thread, comment, reaction);
}

/** Returns the mention of Tembo as people write it on the forge. */
async function mentionOf(
  { ports }: Pick<TurnContext, "ports">,
  { integrationId }: MessageSource,
): Promise<string> {
  const integration = integrationId === null ? null : await ports.store.integrations.findById(integrationId);
  const name = (integration?.settings ?? defaultIntegrationSettings).mentionName;
  const [prefix] = mentionPrefixes(ports, integration?.forge);
  return `${prefix}${name}`;
}

async function otherPullRequests(
  { ports, session }: Pick<TurnContext, "ports" | "session">,
  { thread, repositoryId }: MessageSource,
): Promise<string[]> {
  const all = await ports.store.pullRequests.ofSession(session.id);
  return all
    .filter(({ status }) => status === "open")
    .filter(
      (one) => thread.kind === "issue" || one.repositoryId !== repositoryId || one.number !== thread.number,
    )
    .map(({ url }) => url);
}
