import { z } from "zod";
import { cursorQuery, excludeOrganizationName, queryBoolean, queryList, timestamp, uuid } from "../common.ts";

/** An integration as returned in responses. It never contains the credential. */
export const integration = z.strictObject({
  id: uuid,
  type: z.string().min(1).max(100),
  displayName: z.string(),
  enabledAt: timestamp.nullable(),
  lastSyncedAt: timestamp.nullable(),
  repositoryCount: z.int().min(0),
  sourceCount: z.int().min(0),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Integration = z.infer<typeof integration>;
export const integrationParams = z.object({ integrationId: uuid });

export const integrationListQuery = cursorQuery.extend({
  enabled: queryBoolean.optional(),
  hasEnabledRepositories: queryBoolean.optional(),
  ids: queryList(uuid).optional(),
  search: z.string().min(1).max(200).optional(),
  type: queryList(z.string().min(1).max(100), 18).optional(),
  createdAfter: timestamp.optional(),
  includeTotal: queryBoolean.optional(),
  excludeOrganizationName,
});
export const integrationList = z.strictObject({
  items: z.array(integration),
  nextCursor: uuid.nullable(),
  totalCount: z.int().min(0).optional(),
});
export type IntegrationList = z.infer<typeof integrationList>;

const token = z
  .string()
  .min(1)
  .max(65_536)
  .regex(/^[!-~]*$/, "Use printable ASCII characters without spaces")
  .describe("Stored encrypted. Responses never contain it.");
const address = z.url({ protocol: /^https?$/ }).max(2048);
const mentionName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,37}[A-Za-z0-9])?$/,
    'Use 1 to 39 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  )
  .describe('Name under which people mention Tembo, without "@" or "/".');
const events = z
  .enum(["webhook", "polling"])
  .describe("How events arrive. Use `polling` if the forge cannot reach this server.");
const instantSolve = z.boolean().describe("Has no effect yet. The value is stored and returned.");
const appOrganization = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/,
    'Use the name of an organization on the forge: letters, digits and "-"',
  )
  .describe("Organization on the forge that owns the app. Defaults to the person who creates the app.");
const displayName = z.string().min(1).max(255);
const oauth = z
  .strictObject({ clientId: z.string().min(1).max(500), clientSecret: token })
  .describe(
    "An OAuth application of the forge. A person grants it access at the URL that `authorize` returns.",
  );

/** Fields that this server accepts for every forge, in addition to the credential. */
const own = {
  displayName: displayName.optional(),
  baseUrl: address
    .optional()
    .describe("URL of the forge's web pages. Defaults to the forge's public instance."),
  apiUrl: address
    .optional()
    .describe("URL of the forge's API. Required if Tembo cannot derive it from `baseUrl`."),
  webhookSecret: z.string().min(16).max(500).optional().describe("Generated if omitted."),
  events: events.optional(),
  mentionName: mentionName.optional(),
  enablesNewRepositories: z.boolean().optional(),
};
const username = z
  .string()
  .min(1)
  .max(500)
  .optional()
  .describe("Username for forges that require one with the token.");
const githubApp = z.strictObject({
  appId: z.string().regex(/^\d{1,20}$/, "Use the numeric ID of the app"),
  slug: z.string().min(1).max(200),
  privateKey: z
    .string()
    .min(1)
    .max(65_536)
    .describe("Private key in PEM format. Stored encrypted. Responses never contain it."),
  clientId: z.string().max(500).default(""),
  clientSecret: z.string().max(65_536).default(""),
  installationId: z
    .string()
    .regex(/^\d{1,20}$/, "Use the numeric ID of the installation")
    .nullable()
    .default(null),
});

const credentials = ["accessToken", "app", "appManifest", "oauth"] as const;

/**
 * Body of a request that connects a forge. The forge's descriptor lists the accepted credentials and fields, and the
 * server validates the body against it.
 */
export const integrationCreateBody = z
  .strictObject({
    type: z
      .string()
      .min(1)
      .max(100)
      .describe("Name of the forge's plug-in. `GET /v1/integrations/providers` lists the names."),
    ...own,
    accessToken: token.optional(),
    username,
    app: githubApp.optional(),
    appManifest: z
      .literal(true)
      .optional()
      .describe("Creates an app on the forge. A person confirms it at the URL that `authorize` returns."),
    appOrganization: appOrganization.optional(),
    oauth: oauth.optional(),
  })
  .refine((body) => credentials.filter((name) => body[name] !== undefined).length === 1, {
    message: `Send exactly one of ${credentials.map((name) => `"${name}"`).join(", ")}`,
  })
  .refine(({ appManifest, appOrganization }) => appManifest === true || appOrganization === undefined, {
    message: '"appOrganization" names the owner of a new app: remove it, or add "appManifest"',
  });
export type IntegrationCreateBody = z.input<typeof integrationCreateBody>;
export const integrationCreated = z.strictObject({ integration, sessionSourceId: uuid.nullable() });
export type IntegrationCreated = z.infer<typeof integrationCreated>;

export const integrationUpdateBody = z
  .strictObject({
    settings: z
      .strictObject({
        defaultRepositoryId: uuid.nullable(),
        mentionName,
        events,
        enablesNewRepositories: z.boolean(),
        instantSolve,
        appOrganization: appOrganization.nullable(),
        enabled: z.boolean(),
      })
      .partial(),
    accessToken: token,
    username,
    displayName,
    signingKey: z
      .string()
      .min(1)
      .max(16_384)
      .nullable()
      .describe(
        "An OpenSSH private key without a passphrase, for signing commits. Stored encrypted. Responses never contain it. Null removes the key.",
      ),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: "Send at least one field to change",
  });
export type IntegrationUpdateBody = z.infer<typeof integrationUpdateBody>;

/**
 * Settings of an integration. They are an extension with a separate shape, because the vendor's integration accepts no
 * additional fields.
 */
export const integrationSettings = z.strictObject({
  integrationId: uuid,
  webUrl: z.string(),
  apiUrl: z.string(),
  account: z
    .strictObject({ id: z.string(), login: z.string() })
    .nullable()
    .describe("The account that the integration uses on the forge. Null until it is known."),
  credential: z.enum(["token", "githubApp", "oauth"]).nullable(),
  webhookUrl: z.string(),
  settings: z.strictObject({
    defaultRepositoryId: uuid.nullable(),
    mentionName: z.string(),
    events,
    enablesNewRepositories: z.boolean(),
    instantSolve,
    appOrganization: appOrganization.nullable(),
    enabled: z.boolean(),
  }),
  lastSync: z
    .strictObject({
      status: z.enum(["requested", "succeeded", "failed"]),
      requestedAt: timestamp,
      endedAt: timestamp.nullable(),
      outcome: z.string().nullable().describe("The result of the sync in a sentence."),
    })
    .nullable(),
});
export type IntegrationSettings = z.infer<typeof integrationSettings>;

export const integrationAuthorizeQuery = z.object({
  returnUrl: z
    .url()
    .max(2048)
    .optional()
    .describe("Page to return to after the authorization. Ignored unless it has this server's origin."),
});
export const integrationAuthorization = z.strictObject({ authorizationUrl: z.url() });
export type IntegrationAuthorization = z.infer<typeof integrationAuthorization>;

export const integrationTest = z.strictObject({ healthy: z.boolean(), message: z.string() });
export type IntegrationTest = z.infer<typeof integrationTest>;

const mode = z.enum(["immediate", "queued"]);
export const integrationSyncBody = z.strictObject({
  mode: mode.default("queued"),
  enablesNewRepositories: z
    .boolean()
    .optional()
    .describe("Enables new repositories even if the integration's settings do not."),
});
export type IntegrationSyncBody = z.input<typeof integrationSyncBody>;
export const integrationSync = z.strictObject({ integrationId: uuid, jobId: z.string().nullable(), mode });
export type IntegrationSync = z.infer<typeof integrationSync>;

const count = z.int().min(0);
export const integrationSyncAllBody = z.looseObject({});
export const integrationSyncAll = z.strictObject({
  eligibleIntegrationCount: count,
  integrationSyncJobCount: count,
  pullRequestSyncJobCount: count,
});
export type IntegrationSyncAll = z.infer<typeof integrationSyncAll>;
export const integrationSyncStatus = z.strictObject({
  activeJobCount: count,
  eligibleIntegrationCount: count,
});
export type IntegrationSyncStatus = z.infer<typeof integrationSyncStatus>;

export const rateLimitWindow = z.strictObject({
  limit: z.int(),
  remaining: z.int(),
  used: z.int(),
  resetAt: timestamp,
});
export const integrationRateLimit = z.strictObject({
  core: rateLimitWindow,
  graphql: rateLimitWindow,
  search: rateLimitWindow,
});
export type IntegrationRateLimit = z.infer<typeof integrationRateLimit>;
