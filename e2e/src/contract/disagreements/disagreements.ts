import { agentRequests } from "./agent.ts";
import { artifactRequests } from "./artifact.ts";
import type { Disagreement } from "./disagreement.ts";
import { integrationRequests } from "./integration.ts";
import { liveRequests } from "./live.ts";
import { messageRequests } from "./message.ts";
import { organizationRequests } from "./organization.ts";
import { ownProjectFields, projectRequests } from "./project.ts";
import { pullRequestResponses } from "./pull-request.ts";
import { repositoryResponses } from "./repository.ts";
import { sessionRequests, sessionResponses } from "./session.ts";
import { skillRequests } from "./skill.ts";

/** Fields that only Tembo has, in bodies whose vendor schemas are closed. */
export const ownRequestFields: Readonly<Record<string, readonly string[]>> = {
  "POST /v1/messages": ["agent", "attachments", "reviewComments", "agentOptions.goal.check"],
  "POST /v1/api-keys": ["memberId", "organizationId"],
  "PATCH /v1/users/{userId}": ["name", "email"],
  "PATCH /v1/users/{userId}/settings": ["composerPreferences.enterSends", "dashboardPreferences.savedViews"],
  "POST /v1/sessions": ["agentOptions.goal.check", "preparedId", "runsOn"],
  "PATCH /v1/sessions/{sessionId}": ["archived", "isPinned", "agentOptions.goal.check", "runsOn"],
  "POST /v1/projects": ownProjectFields,
  "PATCH /v1/projects/{projectId}": ownProjectFields,
  "POST /v1/projects/{projectId}/environment-variables": ["secrets.[].scope"],
  "PATCH /v1/messages/{messageId}": ["position", "beforeMessageId", "deliveryMode"],
};

export const requestDisagreements: readonly Disagreement[] = [
  ...agentRequests,
  ...artifactRequests,
  ...integrationRequests,
  ...liveRequests,
  ...messageRequests,
  ...organizationRequests,
  ...projectRequests,
  ...sessionRequests,
  ...skillRequests,
];

export const responseDisagreements: readonly Disagreement[] = [
  ...pullRequestResponses,
  ...repositoryResponses,
  ...sessionResponses,
];
