import type { ForgeUser } from "../../forges/index.ts";

const STALE_MS = 24 * 60 * 60 * 1000;

/** Returns a sentence that explains why a mention is ignored, or null if it is not. Pure. */
export function decideIgnore(comment: {
  readonly author: ForgeUser;
  readonly ownId: string;
  readonly at: Date;
  readonly now: Date;
}): string | null {
  if (comment.author.id === comment.ownId) {
    return `Written by ${comment.author.login}, the account that Tembo itself uses: its own words are not listened to. Give Tembo an account of its own.`;
  }
  if (comment.author.isBot) return `Written by the bot ${comment.author.login}: bots are not listened to.`;
  if (comment.now.getTime() - comment.at.getTime() > STALE_MS) {
    return "Stale: it was written more than 24 hours before it arrived.";
  }
  return null;
}
