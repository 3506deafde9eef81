/**
 * Forges: integrations, repositories, deliveries, pull requests and checks. Other modules and adapters import only this
 * file.
 */
export { decideChecks, decideEarly } from "./check/decide-checks.ts";
export { type FailedJob, loadFailedJobs, MAX_JOBS } from "./check/load-failed-jobs.ts";
export { createIntegration } from "./connection/create-integration.ts";
export { createRepository } from "./connection/create-repository.ts";
export { deleteIntegration, removeWebhooks } from "./connection/delete-integration.ts";
export { type AppManifest, appManifestOf } from "./connection/setup/app-manifest.ts";
export {
  authorizeIntegration,
  callbackPath,
  manifestPath,
} from "./connection/setup/authorize-integration.ts";
export { completeAuthorization } from "./connection/setup/complete-authorization.ts";
export {
  type ConfirmationQuestion,
  hashBrowserToken,
  type ReturningBrowser,
} from "./connection/setup/confirm-beginner.ts";
export { pollIntegration } from "./connection/sync/poll-integration.ts";
export { requestAllSyncs, requestSync, requireEnabled } from "./connection/sync/request-sync.ts";
export { countRunningSyncs, syncNow, workSyncs } from "./connection/sync/work-syncs.ts";
export { testIntegration } from "./connection/test-integration.ts";
export { updateIntegration } from "./connection/update-integration.ts";
export { updateRepository } from "./connection/update-repository.ts";
export type { Delivery } from "./delivery/delivery.ts";
export { holdsEvent, readEventBody } from "./delivery/event-body.ts";
export { receiveLocalEvent } from "./delivery/receive-local-event.ts";
export { receiveWebhook } from "./delivery/receive-webhook.ts";
export { getDelivery, replayDelivery } from "./delivery/replay-delivery.ts";
export { showBody } from "./delivery/show-body.ts";
export { type EventResult, summarize } from "./delivery/summarize.ts";
export {
  connectableForges,
  findForgeKind,
  getConnectableForge,
  getForgeAdapter,
  mentionPrefixes,
} from "./forge/find-forge-kind.ts";
export type {
  Forge,
  ForgeAccess,
  ForgeAdapter,
  ForgeChecks,
  ForgeConnection,
  ForgeConversations,
  ForgePullRequests,
  ForgeRateLimit,
  ForgeRepositories,
  NewFile,
  Person,
  RateLimitBucket,
} from "./forge/forge.ts";
export type { ForgeCheck } from "./forge/forge-check.ts";
export type { CommentPlace, ForgeComment, ForgeThread, Reaction } from "./forge/forge-comment.ts";
export {
  type ForgeCredential,
  type OauthCredential,
  type RenewCredential,
  renewAlone,
} from "./forge/forge-credential.ts";
export type { EventRepository, ForgeEvent, ForgeEventType } from "./forge/forge-event.ts";
export type { ConnectableForge, ForgeKind } from "./forge/forge-kind.ts";
export { type ForgeName, localForgeName } from "./forge/forge-name.ts";
export { ForgeOutage } from "./forge/forge-outage.ts";
export type {
  ForgeIssue,
  ForgePullRequest,
  ForgePullRequestChange,
  ForgeReview,
  MergeMethod,
  NewForgePullRequest,
} from "./forge/forge-pull-request.ts";
export type { ForgeRepository, RepositoryRef } from "./forge/forge-repository.ts";
export type { ForgeOutlook, ReviewComment } from "./forge/forge-review.ts";
export type { ForgeReviewing } from "./forge/forge-reviewing.ts";
export type { AuthorizeInput, ExchangeInput, ForgeSetup } from "./forge/forge-setup.ts";
export type { ForgeUser } from "./forge/forge-user.ts";
export { localRepositoryPath } from "./forge/local-repository-path.ts";
export { commentOfReview } from "./forge/review-comment.ts";
export type { Trigger, TriggerFilter } from "./forge/trigger.ts";
export type { TriggerFacts } from "./forge/trigger-facts.ts";
export type { WebhookIdentity, WebhookRequest } from "./forge/webhook.ts";
export {
  type ChangedFile,
  forgePatienceMs,
  type Git,
  type GitCommit,
  type GitIdentity,
  type GitRemote,
  type HttpsRemote,
  type LocalRemote,
  type MirrorFile,
  type PreparedCheckout,
} from "./git/git.ts";
export type { GitSite } from "./git/git-site.ts";
export type { SavedCapture } from "./git/git-transfer.ts";
export type { GitTree, TreeEntry } from "./git/git-tree.ts";
export type { HostGitCommand, HostGitProcess, SpawnGit } from "./git/host-git.ts";
export type { Patch } from "./git/patch.ts";
export { asRefusal } from "./integration/ask-account.ts";
export { forgeAddresses } from "./integration/forge-addresses.ts";
export { type ForgeLogin, listForgeNames, setForgeName } from "./integration/forge-names.ts";
export { getIntegration } from "./integration/get-integration.ts";
export {
  defaultIntegrationSettings,
  type Integration,
  type IntegrationSettings,
} from "./integration/integration.ts";
export { integrationSecretsOf } from "./integration/integration-secrets.ts";
export type { IntegrationSync } from "./integration/integration-sync.ts";
export { listProviders, type Provider } from "./integration/provider-catalog.ts";
export { requireAccepted } from "./integration/require-accepted.ts";
export type { SetupState } from "./integration/setup-state.ts";
export { webhookUrl } from "./integration/webhook-url.ts";
export type { ForgeOwner } from "./local-forge/forge-owner.ts";
export type {
  LocalCheck,
  LocalComment,
  LocalHook,
  LocalIssue,
  LocalIssueChange,
  LocalOrder,
  LocalPage,
  LocalPerson,
  LocalPullRequest,
  LocalPullRequestChange,
  LocalReaction,
  LocalRepository,
  LocalReview,
} from "./local-forge/local-forge.ts";
export type { LocalForgeRecords } from "./local-forge/local-forge-records.ts";
export type { ForgesPorts, ForgesQueries, ForgesStore } from "./ports.ts";
export { changeReviewers } from "./pull-request/change-reviewers.ts";
export { decideReviewers } from "./pull-request/decide-reviewers.ts";
export { getPullRequest } from "./pull-request/get-pull-request.ts";
export { keepPendingReviewers, mergeReviewRequests } from "./pull-request/merge-review-requests.ts";
export type { PullRequest, Reviewer } from "./pull-request/pull-request.ts";
export { forgeOfPullRequest, observeNow, type PullRequestPorts } from "./pull-request/pull-request-forge.ts";
export type {
  ListedPullRequest,
  PullRequestFilter,
  PullRequestSession,
  RepositoryLabel,
} from "./pull-request/pull-request-store.ts";
export {
  applySuggestion,
  commentOnPullRequest,
  commitsOf,
  conversationOf,
  outlookOf,
  patchOnForge,
  type ReviewEntry,
  resolveThread,
  submitReview,
} from "./pull-request/review-pull-request.ts";
export { storeObserved } from "./pull-request/store-observed.ts";
export { suggestionIn } from "./pull-request/suggestion.ts";
export { requireBranchName } from "./repository/branch-name.ts";
export { connectForge, forgeOf } from "./repository/forge-of.ts";
export { getRepositories } from "./repository/get-repositories.ts";
export { decideDepth } from "./repository/mirror-depth.ts";
export { removeRepository } from "./repository/remove-repository.ts";
export {
  defaultRepositorySettings,
  type Repository,
  type RepositorySettings,
} from "./repository/repository.ts";
export { parseRepositoryReference } from "./repository/repository-reference.ts";
export { parseLocalRepositoryUrl, repositoryKey, repositoryUrl } from "./repository/repository-url.ts";
export { listRepositorySkills } from "./repository/skills/list-repository-skills.ts";
export { repositoryFolders } from "./repository/skills/repository-folders.ts";
export { submodulesOf } from "./repository/submodules.ts";
export { listBranches } from "./repository/tree/list-branches.ts";
export { listTree, type TreePosition } from "./repository/tree/list-tree.ts";
export { readTreeFile } from "./repository/tree/read-tree-file.ts";
export { requireTreePath } from "./repository/tree/tree-path.ts";
export {
  cutEnd,
  cutStart,
  dataText,
  forgeData,
  withoutFences,
  withoutInvisible,
} from "./thread/forge-data.ts";
export { marker } from "./thread/marker.ts";
export { postOnce } from "./thread/post-once.ts";
export { reactTo } from "./thread/react-to.ts";
export { shadeText } from "./thread/shade-text.ts";
export { MAX_LENGTH, visibleWords, withoutSpans } from "./thread/visible-words.ts";
