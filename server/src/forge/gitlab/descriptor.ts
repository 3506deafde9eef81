import type { ConnectableForge } from "../../core/forges/index.ts";
import { oauthMethod, tokenMethod } from "../setup-methods.ts";
import { gitlabTriggerNames, gitlabTriggers } from "./triggers.ts";

export const gitlabKind: ConnectableForge = {
  descriptor: {
    name: "gitlab",
    label: "GitLab",
    title: "GitLab",
    category: "Source code",
    description:
      "Connects repositories on gitlab.com or your own GitLab server, with an access token or an OAuth application.",
    credentialUrl: "https://gitlab.com/-/user_settings/personal_access_tokens",
    connection: {
      publicAddress: { webUrl: "https://gitlab.com", apiUrl: "https://gitlab.com/api/v4" },
      apiPath: "/api/v4",
      mentionPrefixes: ["@"],
      credentials: ["accessToken", "oauth"],
      setupMethods: [tokenMethod(), oauthMethod],
    },
    hasReviewIds: false,
    triggers: gitlabTriggers,
    templatePaths: [".gitlab/merge_request_templates/default.md"],
  },
  triggerNames: gitlabTriggerNames,
};
