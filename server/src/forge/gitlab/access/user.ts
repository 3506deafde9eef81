import { z } from "zod";
import type { ForgeUser } from "../../../core/forges/index.ts";
import { optionalText, userSchema } from "../webhook/payload.ts";

/** The fields of a user of GitLab's API that are used; webhooks leave most of them out. */
export const apiUserSchema = userSchema.extend({ web_url: optionalText, bot: z.boolean().nullish() });

export type GitlabUser = z.infer<typeof apiUserSchema>;

export function toUser(user: GitlabUser): ForgeUser {
  return {
    id: String(user.id),
    login: user.username,
    name: user.name ?? null,
    email: shownEmail(user.email),
    avatarUrl: user.avatar_url ?? null,
    profileUrl: user.web_url ?? null,
    isBot: user.bot ?? isBotName(user.username),
  };
}

/** Webhooks say "[REDACTED]" of an address that is kept private. */
const shownEmail = (email: string | null | undefined) => (email?.includes("@") === true ? email : null);

/**
 * Payloads do not say who is a bot: the users of project and group access tokens have names of this form, as have GitLab's
 * own; "ghost" stands for whoever was deleted. Service accounts cannot be told from people, but for the default name of theirs.
 */
const isBotName = (username: string) =>
  /^(project|group)_\d+_bot(_|$|\d)/.test(username) ||
  /^service_account_(group_\d+_)?[0-9a-f]+$/.test(username) ||
  username === "ghost" ||
  /^(alert|support|security|automation|GitLab)-?bot\d*$/i.test(username);
