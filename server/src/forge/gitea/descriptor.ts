import type { ConnectableForge } from "../../core/forges/index.ts";
import { oauthMethod, tokenMethod } from "../setup-methods.ts";
import { commonTriggerNames, commonTriggers } from "../triggers/common-triggers.ts";

export const giteaKind: ConnectableForge = {
  descriptor: {
    name: "gitea",
    label: "Gitea",
    title: "Gitea and Forgejo",
    category: "Source code",
    description:
      "Connects repositories on your own Gitea or Forgejo server, with an access token or an OAuth application.",
    credentialUrl: "https://gitea.com/user/settings/applications",
    connection: {
      publicAddress: null,
      apiPath: "/api/v1",
      mentionPrefixes: ["@"],
      credentials: ["accessToken", "oauth"],
      setupMethods: [
        tokenMethod("Leave empty. Gitea and Forgejo identify the account by its token."),
        oauthMethod,
      ],
    },
    hasReviewIds: true,
    triggers: commonTriggers("gitea"),
    templatePaths: [".gitea/pull_request_template.md", ".forgejo/pull_request_template.md"],
  },
  triggerNames: (event, facts) => commonTriggerNames("gitea", event, facts),
};
