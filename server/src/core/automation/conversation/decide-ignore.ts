import type { ForgeUser } from "../../forges/index.ts";

const STALE_MS = 24 * 60 * 60 * 1000;

/** Returns a sentence that explains why Tembo ignores a mention, or null to handle it. Pure. */
export function decideIgnore(input: {
  readonly author: ForgeUser;
  readonly ownId: string;
  readonly at: Date;
  readonly now: Date;
}): string | null {
  if (input.author.id === input.ownId) {
    return `Written by ${input.author.login}, the account that Tembo uses. Tembo ignores its own comments. Use a separate account for Tembo.`;
  }
  if (input.author.isBot) return `Written by the bot ${input.author.login}. Tembo ignores bots.`;
  if (input.now.getTime() - input.at.getTime() > STALE_MS) {
    return "Stale: written more than 24 hours before it arrived.";
  }
  return null;
}
