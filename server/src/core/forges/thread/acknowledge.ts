import type { Said, Scene } from "../../automation/conversation/scene.ts";
import { AppError } from "../../base/errors.ts";
import type { ForgeComment, ForgeThread, Reaction } from "../forge/forge-comment.ts";
import { marker } from "./marker.ts";
import { postOnce } from "./post-once.ts";

/**
 * Reacts to a comment, or with null to the issue or pull request itself. False when the forge has no reactions, or it
 * failed: nobody's work waits for a sign.
 */
export async function reactTo(
  { ports, forge, repository }: Pick<Scene, "ports" | "forge" | "repository">,
  thread: ForgeThread,
  comment: Pick<ForgeComment, "id" | "kind" | "threadId"> | null,
  reaction: Reaction,
): Promise<boolean> {
  try {
    return await forge.react(repository, thread, comment, reaction);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === "internal") throw cause;
    ports.log.warn({ err: cause, repository: repository.id }, "a reaction on a forge failed");
    return false;
  }
}

/** Tells the people that what they said is being worked: by reactions, or in words where there are none. */
export async function acknowledge(
  scene: Scene,
  said: Said,
  taken: { readonly messageId: string; readonly comments: readonly ForgeComment[] },
): Promise<void> {
  const { thread } = said;
  const comments = said.comment === null ? [null] : taken.comments;
  let isSeen = false;
  for (const comment of comments) isSeen = (await reactTo(scene, thread, comment, "seen")) || isSeen;
  if (isSeen) return;
  const replyTo = taken.comments.length === 1 && said.comment?.kind === "inline" ? said.comment : null;
  await postOnce(scene, { thread, replyTo, marker: marker("seen", taken.messageId), body: "On it." });
}
