import { z } from "zod";
import { timestamp } from "../common.ts";

const security = z
  .enum(["tls", "startTls", "none"])
  .describe(
    "`tls`: TLS from the start, usually on port 465. `startTls`: the connection must be upgraded, usually on port 587. `none`: no encryption, which permits no username.",
  );
const host = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[^\s/@]+$/, { message: "Enter only the name of the host, such as smtp.example.com" });
const port = z.int().min(1).max(65_535);
const username = z.string().min(1).max(255).nullable().describe("Null to send without signing in.");
const fromAddress = z.email().max(255).describe("Address from which notifications are sent.");

/** SMTP server that sends an organization's notifications. The password is never returned. */
export const mailServer = z.strictObject({
  host: z.string(),
  port,
  security,
  username,
  hasPassword: z.boolean(),
  fromAddress: z.string(),
  lastFailure: z
    .strictObject({ reason: z.string(), at: timestamp })
    .nullable()
    .describe("The last notification that could not be sent, or null if a later one was sent."),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type MailServer = z.infer<typeof mailServer>;

/** The organization's mail server, or null if email is not set up. */
export const mailServerAnswer = z.strictObject({ mailServer: mailServer.nullable() });
export type MailServerAnswer = z.infer<typeof mailServerAnswer>;

export const mailServerBody = z.strictObject({
  host,
  port,
  security,
  username,
  password: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      "Stored encrypted. If it is omitted, the stored password remains. A different host, port, security or username requires it again.",
    ),
  fromAddress,
});
export type MailServerBody = z.infer<typeof mailServerBody>;

export const mailServerDeleted = z.strictObject({ deleted: z.literal(true) });
export type MailServerDeleted = z.infer<typeof mailServerDeleted>;
