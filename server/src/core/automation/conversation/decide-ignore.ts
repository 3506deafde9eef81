import type { ForgeUser } from "../../forges/index.ts";

const STALE_MS = 24 * 60 * 60 * 1000;

/** Returns a sentence that explains why Tembo ignores a mention, or null to handle it. Pure. */
export function decideIgnore(comment: {
  readonly author: ForgeUser;
  readonly ownId: string;
  readonly at: Date;
  readonly now: Date;
}): string | null {
  if (comment.author.id === comment.ownId) {
    return `Written by ${comment.author.login}, the account that Tembo uses. Tembo ignores its own comments. Use a separate account for Tembo.`;
  }
  if (comment.author.isBot) return `Written by the bot ${comment.author.login}. Tembo ignores bots.`;
  if (comment.now.getTime() - comment.at.getTime() > STALE_MS) {
    return "Stale: written more than 24 hours before it arrived.";
  }
  return null;
}
