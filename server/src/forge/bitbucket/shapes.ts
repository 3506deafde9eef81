import { z } from "zod";

// Fields of Bitbucket Cloud's responses and webhooks that the adapter reads.

const text = z.string();
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const link = z.object({ href: text.nullish() }).nullish();

export const account = z.object({
  type: text.nullish(),
  uuid: text.min(1),
  nickname: text.nullish(),
  username: text.nullish(),
  display_name: text.nullish(),
  links: z.object({ html: link, avatar: link }).nullish(),
});

export const repository = z.object({
  uuid: text.min(1),
  /** Workspace and slug, as "workspace/slug". By contrast, `name` is arbitrary text. */
  full_name: text.regex(/^[^/]+\/[^/]+$/),
  description: text.nullish(),
  mainbranch: z.object({ name: text }).nullish(),
  links: z.object({ html: link }).nullish(),
  updated_on: time.nullish(),
});

const endpoint = z.object({
  branch: z.object({ name: text, merge_strategies: z.array(text).nullish() }),
  commit: z.object({ hash: text }).nullish(),
  /** Repository of the branch. It is missing if the branch was in a fork that was deleted. */
  repository: z.object({ uuid: text }).nullish(),
});

export const participant = z.object({
  user: account.nullish(),
  state: text.nullish(),
  participated_on: time.nullish(),
});

export const pullRequest = z.object({
  id: z.number().int(),
  title: text,
  description: text.nullish(),
  state: z.enum(["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]),
  draft: z.boolean().nullish(),
  source: endpoint,
  destination: endpoint,
  author: account.nullish(),
  reviewers: z.array(account).nullish(),
  participants: z.array(participant).nullish(),
  merge_commit: z.object({ hash: text }).nullish(),
  links: z.object({ html: link }).nullish(),
  created_on: time,
  updated_on: time,
  closed_on: time.nullish(),
});

export const comment = z.object({
  id: z.number().int(),
  user: account.nullish(),
  content: z.object({ raw: text.nullish() }),
  inline: z
    .object({ path: text, to: z.number().int().nullish(), from: z.number().int().nullish() })
    .nullish(),
  parent: z.object({ id: z.number().int() }).nullish(),
  deleted: z.boolean().nullish(),
  pending: z.boolean().nullish(),
  links: z.object({ html: link }).nullish(),
  created_on: time,
  updated_on: time.nullish(),
});

export const commitStatus = z.object({
  key: text,
  name: text.nullish(),
  state: text,
  url: text.nullish(),
  description: text.nullish(),
  refname: text.nullish(),
  commit: z.object({ hash: text }).nullish(),
  links: z.object({ commit: link }).nullish(),
  created_on: time.nullish(),
  updated_on: time.nullish(),
});

export const commit = z.object({ hash: text.regex(/^[0-9a-f]{40,64}$/) });
