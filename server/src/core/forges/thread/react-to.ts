import { AppError, type Logger } from "../../base/index.ts";
import type { Forge } from "../forge/forge.ts";
import type { ForgeComment, ForgeThread, Reaction } from "../forge/forge-comment.ts";
import type { Repository } from "../repository/repository.ts";

/**
 * Reacts to a comment, or to the issue or pull request itself if `comment` is null. Returns false if the forge does not
 * support reactions or failed, because a missing reaction must not stop the work. Rethrows unexpected errors.
 */
export async function reactTo(
  {
    ports,
    forge,
    repository,
  }: { readonly ports: { readonly log: Logger }; readonly forge: Forge; readonly repository: Repository },
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
