import { z } from "zod";
import { cursorQuery, excludeOrganizationName, queryBoolean, queryList, timestamp, uuid } from "../common.ts";

/** An integration as responses show it, never with its credential. */
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
  .regex(/^[!-~]*$/, "It takes a token without spaces and line breaks")
  .describe("Kept sealed and never shown.");
const address = z.url({ protocol: /^https?$/ }).max(2048);
const mentionName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,37}[A-Za-z0-9])?$/,
    'It takes 1 to 39 letters, digits, "-", "_" and "."',
  )
  .describe('What people call it by, without "@" or "/".');
const events = z
  .enum(["webhook", "polling"])
  .describe("`polling` asks the forge, for servers that it cannot reach.");
const instantSolve = z
  .boolean()
  .describe(
    "Stored and returned. Forges have no issues that Tembo solves unasked, so it changes nothing yet.",
  );
const appOrganization = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/,
    'It takes the name of an organization on the forge: letters, digits and "-"',
  )
  .describe("The forge's organization that owns the app; without it the person who makes the app does.");
const displayName = z.string().min(1).max(255);
const oauth = z
  .strictObject({ clientId: z.string().min(1).max(500), clientSecret: token })
  .describe("An OAuth application of the forge, which a person agrees to by `authorize`.");

/** Fields of this server that every forge accepts, besides the credential. */
const own = {
  displayName: displayName.optional(),
  baseUrl: address.optional().describe("Where people open the forge; left out it is the public one."),
  apiUrl: address.optional().describe("Where its API is, when that does not follow from `baseUrl`."),
  webhookSecret: z.string().min(16).max(500).optional().describe("Left out, one is made."),
  events: events.optional(),
  mentionName: mentionName.optional(),
  enablesNewRepositories: z.boolean().optional(),
};
const username = z.string().min(1).max(500).optional().describe("Where the forge wants one with the token.");
const githubApp = z.strictObject({
  appId: z.string().regex(/^\d{1,20}$/, "It takes the app's number"),
  slug: z.string().min(1).max(200),
  privateKey: z.string().min(1).max(65_536).describe("PEM. Kept sealed and never shown."),
  clientId: z.string().max(500).default(""),
  clientSecret: z.string().max(65_536).default(""),
  installationId: z
    .string()
    .regex(/^\d{1,20}$/, "It takes the installation's number")
    .nullable()
    .default(null),
});

const credentials = ["accessToken", "app", "appManifest", "oauth"] as const;

/**
 * Connects a forge of any kind. The descriptor of the kind lists the accepted credentials and fields; the server
 * validates against it.
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
    appManifest: z.literal(true).optional().describe("An app is made for it by `authorize`."),
    appOrganization: appOrganization.optional(),
    oauth: oauth.optional(),
  })
  .refine((body) => credentials.filter((name) => body[name] !== undefined).length === 1, {
    message: `Give exactly one of ${credentials.map((name) => `"${name}"`).join(", ")}`,
  })
  .refine(({ appManifest, appOrganization }) => appManifest === true || appOrganization === undefined, {
    message: '"appOrganization" is the owner of an app that is made; leave it out, or give "appManifest"',
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
        "An OpenSSH private key without a passphrase, which commits are signed with. Kept sealed and never shown; null takes it away.",
      ),
  })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: "Give at least one thing to change",
  });
export type IntegrationUpdateBody = z.infer<typeof integrationUpdateBody>;

/** Settings of an integration. A separate shape of this server, since the vendor's integration is closed. */
export const integrationSettings = z.strictObject({
  integrationId: uuid,
  webUrl: z.string(),
  apiUrl: z.string(),
  account: z
    .strictObject({ id: z.string(), login: z.string() })
    .nullable()
    .describe("Whom it acts as, once known."),
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
      outcome: z.string().nullable().describe("A sentence: what came of it."),
    })
    .nullable(),
});
export type IntegrationSettings = z.infer<typeof integrationSettings>;

export const integrationAuthorizeQuery = z.object({
  returnUrl: z.url().max(2048).optional().describe("Gone back to when it is of this server's own origin."),
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
    .describe("What is new can be used at once, whatever the settings say."),
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

const bucket = z.strictObject({ limit: z.int(), remaining: z.int(), used: z.int(), resetAt: timestamp });
export const integrationRateLimit = z.strictObject({ core: bucket, graphql: bucket, search: bucket });
export type IntegrationRateLimit = z.infer<typeof integrationRateLimit>;
