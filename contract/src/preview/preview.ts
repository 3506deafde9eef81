import { z } from "zod";
import { timestamp, uuid } from "../common.ts";
import { maxPreviewShareMinutes } from "../limits.ts";
import { sessionParams } from "../session/session.ts";

export const previewPort = z.int().min(1).max(65_535);
export const previewName = z.string().trim().min(1).max(100);

/** A port of a session's sandbox that people can open in a browser. */
export const preview = z.strictObject({
  id: uuid,
  sessionId: uuid,
  port: previewPort,
  name: previewName.nullable(),
  url: z
    .url()
    .describe(
      "Address of the port, on a host name of its own. A browser without access is sent to the dashboard, which checks the person and sends it back.",
    ),
  createdAt: timestamp,
});
export type Preview = z.infer<typeof preview>;

export const previewList = z.strictObject({
  items: z.array(preview),
  unavailableReason: z
    .string()
    .nullable()
    .describe("Reason why the server has no previews, or null if it has a preview domain."),
  maxShareMinutes: z
    .int()
    .min(0)
    .describe("Longest lifetime of a share link on this server, or 0 if it creates none."),
});
export type PreviewList = z.infer<typeof previewList>;

export const previewCreateBody = z.strictObject({
  port: previewPort.describe("Port on which a program in the sandbox listens, on its loopback interface."),
  name: previewName.optional().describe("Label for people, such as `web`."),
});
export type PreviewCreateBody = z.input<typeof previewCreateBody>;

export const previewParams = sessionParams.extend({ previewId: uuid });

const path = z
  .string()
  .max(4_096)
  .startsWith("/")
  .default("/")
  .describe("Path and query to open. Defaults to `/`.");

export const previewOpenBody = z.strictObject({
  host: z.string().min(1).max(255).describe("Host of the preview's `url`, with or without its port."),
  path,
  challenge: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional()
    .describe(
      "SHA-256, in base64url, of a secret that the preview host set in the browser. Only that browser can then use the link.",
    ),
});
export type PreviewOpenBody = z.input<typeof previewOpenBody>;

export const previewLink = z.strictObject({
  url: z.url().describe("Opens the preview in a browser. Works once, for one minute."),
  expiresAt: timestamp,
});
export type PreviewLink = z.infer<typeof previewLink>;

/** A link with which people without an account can open one preview. */
export const previewShare = z.strictObject({
  id: uuid,
  previewId: uuid,
  createdBy: uuid.describe(
    "ID of the user. The link stops working when this user loses access to the session.",
  ),
  createdAt: timestamp,
  expiresAt: timestamp,
});
export type PreviewShare = z.infer<typeof previewShare>;

export const previewShareWithUrl = previewShare.extend({
  url: z.url().describe("The link to share. Returned only once."),
});
export type PreviewShareWithUrl = z.infer<typeof previewShareWithUrl>;

export const previewShareList = z.strictObject({ items: z.array(previewShare) });
export type PreviewShareList = z.infer<typeof previewShareList>;

export const previewShareCreateBody = z.strictObject({
  expiresInMinutes: z
    .int()
    .min(1)
    .max(maxPreviewShareMinutes)
    .optional()
    .describe(
      "Minutes until the link expires. The server's setting `TEMBO_PREVIEW_SHARE_HOURS` limits them. Defaults to a day, or to the limit if it is shorter.",
    ),
});
export type PreviewShareCreateBody = z.input<typeof previewShareCreateBody>;

export const previewShareParams = previewParams.extend({ previewShareId: uuid });

export const previewShareRedeemBody = z.strictObject({ token: z.string().min(1).max(200), path });
export type PreviewShareRedeemBody = z.input<typeof previewShareRedeemBody>;
