import type { OrganizationSettings } from "@tembo/contract";
import { wholeHistory } from "@tembo/contract/limits";
import type { AccountsPorts } from "../ports.ts";
import type { Organization } from "./organization.ts";

type AllSettings = OrganizationSettings["settings"];

/**
 * Default settings. These settings take effect: `defaultAgent`, `defaultSandboxSize`, `draftPrs`, `customSystemPrompt`,
 * `commitInstructions`, `prTitleInstructions`, `featureMentionAuthor`, `deleteBranchWhenPrClosed`, `shouldSignCommits`,
 * `enableGithubActionsBot` (which handles failed checks) and `cloneDepth`. The others are only stored for clients that
 * read them.
 */
const defaults: Omit<AllSettings, "defaultAgent"> = {
  // The vendor's default is 1, which suits clones that are discarded after use.
  cloneDepth: wholeHistory,
  commitInstructions: "",
  customSystemPrompt: "",
  defaultSandboxSize: "small",
  deleteBranchWhenPrClosed: false,
  draftPrs: false,
  enableCoderabbitBot: false,
  enableCursorBot: false,
  enableGeminiCodeAssistBot: false,
  enableGithubActionsBot: false,
  enableGraphiteBot: false,
  enableGreptileBot: false,
  experimentalMcp: false,
  featureMentionAuthor: false,
  freePrPeriod: 0,
  maxBotReviews: 0,
  maxSolutions: 1,
  onDemandMaxCreditUsage: 0,
  pgStatStatementsResetFrequency: "",
  pmSystemPrompt: "",
  prTitleInstructions: "",
  pullRequestInsightsEnabled: false,
  repositoryDetectionHint: "",
  shouldSignCommits: false,
  slackReviewOnTembo: false,
  slowQueryThresholdMs: 0,
  sshPublicKeys: "",
  weeklyReportEnabled: false,
};

/** Returns the organization's settings merged over the defaults. */
export function effectiveSettings(
  ports: Pick<AccountsPorts, "settings">,
  organization: Pick<Organization, "settings">,
): AllSettings {
  return { ...defaults, defaultAgent: ports.settings.defaultAgent, ...organization.settings };
}
