import { z } from "zod";
import type { ForgeUser } from "../../../core/forges/index.ts";
import { id } from "./read.ts";

/** Parses a user, bot or App from responses and webhooks. */
export const user = z
  .object({
    id,
    login: z.string(),
    name: z.string().nullish(),
    email: z.string().nullish(),
    avatar_url: z.string().nullish(),
    html_url: z.string().nullish(),
    type: z.string().nullish(),
  })
  .transform(
    (raw): ForgeUser => ({
      id: raw.id,
      login: raw.login,
      name: raw.name ?? null,
      email: raw.email ?? null,
      avatarUrl: raw.avatar_url || null,
      profileUrl: raw.html_url || null,
      isBot: raw.type === "Bot" || raw.login.endsWith("[bot]"),
    }),
  );

/** Account that GitHub shows instead of a deleted author. */
const ghost: ForgeUser = {
  id: "10137",
  login: "ghost",
  name: "Deleted user",
  email: null,
  avatarUrl: null,
  profileUrl: "https://github.com/ghost",
  isBot: false,
};

export const author = user.nullish().transform((found) => found ?? ghost);
