import { z } from "zod";

/**
 * RFC 3339 date-time string in UTC, such as `2026-01-02T03:04:05.000Z`. Responses have milliseconds; requests may have
 * any precision.
 */
export const timestamp = z.iso.datetime();
export const uuid = z.uuid();

/** Response to a deletion. */
export const deleted = z.strictObject({ id: uuid, deleted: z.literal(true) });
export type Deleted = z.infer<typeof deleted>;

/** Pagination in the documented generation: `?page=1&limit=10`. */
export const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export const pageMeta = z.strictObject({
  totalCount: z.int().min(0),
  totalPages: z.int().min(0),
  currentPage: z.int().positive(),
  pageSize: z.int().positive(),
  hasNext: z.boolean(),
  hasPrevious: z.boolean(),
});
export type PageMeta = z.infer<typeof pageMeta>;

/** Pagination in the v1 generation: `?cursor=&limit=`. */
export const cursorQuery = z.object({
  cursor: uuid.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** A boolean in a query string, written as `true` or `false`. */
export const queryBoolean = z.union([
  z.boolean(),
  z.enum(["true", "false"]).transform((text) => text === "true"),
]);

/**
 * Vendor field for callers with several organizations. It has no effect on this server, where an API key belongs to one
 * organization.
 */
export const excludeOrganizationName = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .describe("Has no effect: every result belongs to the caller's organization.");

/** A list in a query string, as repeated keys or as comma-separated values. */
export const queryList = <T extends z.ZodType>(item: T, most = 100) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",") : value),
    z.array(item).min(1).max(most),
  );

/** Amount in US dollars, from 0 to one million. */
export const budgetUsd = z.number().min(0).max(1_000_000);

/** A harness command at the start of a message. */
export const slashCommand = z.strictObject({
  command: z.string().min(1).max(200),
  arguments: z.string().max(100_000).optional(),
});
