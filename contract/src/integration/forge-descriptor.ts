import { z } from "zod";

const credentialKind = z
  .enum(["accessToken", "oauth", "app", "appManifest"])
  .describe("The field of `POST /v1/integrations` that carries the credential.");
export type ForgeCredentialKind = z.infer<typeof credentialKind>;

const label = z.string().max(500);
const help = z.string().max(2000).optional();

const setupField = z.strictObject({
  name: z
    .enum(["accessToken", "username", "oauth.clientId", "oauth.clientSecret", "appOrganization"])
    .describe("Path of the field in the body of `POST /v1/integrations`."),
  kind: z.enum(["text", "secret"]),
  label,
  help,
  isRequired: z.boolean(),
});
export type ForgeSetupField = z.infer<typeof setupField>;

const setupMethod = z.strictObject({
  credential: credentialKind,
  label,
  help,
  fields: z.array(setupField).max(20),
  continuesOnForge: z
    .boolean()
    .describe(
      "True if a person must continue at the URL that `authorize` returns before the integration works.",
    ),
});
export type ForgeSetupMethod = z.infer<typeof setupMethod>;

/** Facts that a client needs to connect a forge. The forge's plug-in provides them. */
export const forgeDescriptor = z.strictObject({
  label: label.describe("Short name, which the dashboard shows next to a repository."),
  publicAddress: z
    .strictObject({ webUrl: z.string().max(2048), apiUrl: z.string().max(2048) })
    .nullable()
    .describe("Null for a forge that is always self-hosted."),
  apiPath: z
    .string()
    .max(200)
    .nullable()
    .describe(
      "Path of the API, relative to the URL of a self-hosted forge. Null if the request must provide the API URL.",
    ),
  mentionPrefixes: z
    .array(z.enum(["@", "/"]))
    .min(1)
    .max(2)
    .describe("Characters that people type before a name to mention it. The preferred one is first."),
  credentials: z.array(credentialKind).min(1).max(4).describe("Credentials that the forge accepts."),
  setupMethods: z.array(setupMethod).max(4).describe("Forms for connecting the forge. The default is first."),
});
export type ForgeDescriptor = z.infer<typeof forgeDescriptor>;
