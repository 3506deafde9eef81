import { z } from "zod";
import { budgetUsd, timestamp } from "../common.ts";
import { type egressSetting, sandboxSize } from "../sandbox/sandbox.ts";

/** Path parameters of an organization's operations. A key has access only to its own organization. */
export const organizationParams = z.object({ organizationId: z.string() });

const organizationName = z.string().min(1).max(100);
const slug = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
/** An organization, which owns repositories, sessions and secrets. */
export const organization = z.strictObject({
  id: z.string(),
  name: z.string(),
  slug: z.string().nullable(),
  logoUrl: z.null(),
  memberCount: z.int().min(0).describe("Excludes invitations."),
  createdAt: timestamp,
  updatedAt: timestamp.nullable(),
});
export type Organization = z.infer<typeof organization>;
export const organizationCreateBody = z.strictObject({ name: organizationName, slug: slug.optional() });
export type OrganizationCreateBody = z.infer<typeof organizationCreateBody>;
const answer = z.string().min(1).max(100);
export const organizationUpdateBody = z.strictObject({
  name: organizationName.optional(),
  slug: slug.optional(),
  onboarding: z
    .strictObject({
      companySize: answer,
      dismissedDashboardGetStartedCards: z.array(z.string()).max(100),
      industry: answer,
      stack: z.array(z.string()).max(100),
    })
    .partial()
    .optional()
    .describe("Stored, but never returned."),
  onboardingCompleted: z.boolean().optional(),
});
export type OrganizationUpdateBody = z.infer<typeof organizationUpdateBody>;
export const organizationDeleted = z.strictObject({ id: z.string(), deleted: z.literal(true) });
export type OrganizationDeleted = z.infer<typeof organizationDeleted>;

const text = z.string().max(64_000);
const count = z.int().min(0);
const flag = z.boolean();

/** Settings of an organization, with the vendor's names. */
const settings = z.strictObject({
  cloneDepth: z
    .int()
    .positive()
    .describe(
      "Number of commits of each branch in a new mirror. Defaults to 2147483647, which means the whole history, as in git.",
    ),
  commitInstructions: text,
  customSystemPrompt: text,
  defaultAgent: text.describe(
    "Agent for sessions that do not specify an agent. If empty, the server's default applies.",
  ),
  defaultSandboxSize: sandboxSize.describe("Sandbox size for sessions that do not specify a size."),
  deleteBranchWhenPrClosed: flag.describe(
    "True to delete a branch when its pull request is merged or closed. Applies only to branches that Tembo named.",
  ),
  draftPrs: flag,
  enableCoderabbitBot: flag,
  enableCursorBot: flag,
  enableGeminiCodeAssistBot: flag,
  enableGithubActionsBot: flag.describe(
    "True if agents fix failing checks on sessions' pull requests, on every forge. A repository can override this setting.",
  ),
  enableGraphiteBot: flag,
  enableGreptileBot: flag,
  experimentalMcp: flag,
  featureMentionAuthor: flag,
  freePrPeriod: count,
  maxBotReviews: count,
  maxSolutions: count,
  pgStatStatementsResetFrequency: text,
  pmSystemPrompt: text,
  prTitleInstructions: text,
  pullRequestInsightsEnabled: flag,
  repositoryDetectionHint: text,
  shouldSignCommits: flag,
  slackReviewOnTembo: flag,
  slowQueryThresholdMs: z.number().min(0),
  sshPublicKeys: text,
  weeklyReportEnabled: flag,
});

const credential = text.describe(
  "Stored encrypted. Responses never contain it. An empty value or null deletes it.",
);
/** Credentials for providers. They are write-only. */
export const providerCredentials = z.strictObject({
  ampApiKey: credential,
  anthropicApiKey: credential,
  awsBedrockAccessKeyId: credential,
  awsBedrockRegion: credential,
  awsBedrockSecretAccessKey: credential,
  cursorApiKey: credential,
  gcpVertexAiLocation: credential,
  gcpVertexAiProject: credential,
  gcpVertexAiServiceAccountJson: credential,
  kernelApiKey: credential,
  openaiApiKey: credential,
  openrouterApiKey: credential,
});

export const organizationSettings = z.strictObject({
  organizationId: z.string(),
  settings: settings.extend({ onDemandMaxCreditUsage: z.number().min(0) }),
});
export type OrganizationSettings = z.infer<typeof organizationSettings>;
/** Settings to change. A null value restores the default of a setting, or deletes a credential. */
const settingsChange = z.strictObject(
  Object.fromEntries(
    Object.entries({ ...settings.shape, ...providerCredentials.shape }).map(([name, value]) => [
      name,
      value.nullable().optional(),
    ]),
  ) as { [Name in keyof AllChanges]: z.ZodOptional<z.ZodNullable<AllChanges[Name]>> },
);
type AllChanges = typeof settings.shape & typeof providerCredentials.shape;
export const organizationSettingsUpdate = settingsChange.refine((body) => Object.keys(body).length > 0, {
  message: "Send at least one setting to change",
});
export type OrganizationSettingsUpdate = z.infer<typeof organizationSettingsUpdate>;

/** `EgressSetting` in a request, where `allow` is optional. */
export type EgressSettingBody = z.input<typeof egressSetting>;

/**
 * Spending limits for models, in US dollars. A limit is null if spending is not limited. An extension of this server.
 */
export const budget = z.strictObject({
  perSessionUsd: budgetUsd.nullable().describe("Maximum for each session. A session can have a lower limit."),
  perMonthUsd: budgetUsd.nullable().describe("Maximum for all sessions together in a calendar month (UTC)."),
});
export type Budget = z.infer<typeof budget>;
