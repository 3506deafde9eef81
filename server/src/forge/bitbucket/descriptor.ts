import type { ConnectableForge } from "../../core/forges/index.ts";
import { oauthMethod, tokenMethod } from "../setup-methods.ts";
import { openedBy, repositories, temboMade } from "../triggers/trigger-filters.ts";

const pullRequestOpened = "bitbucket.pull_request.opened";

export const bitbucketKind: ConnectableForge = {
  descriptor: {
    name: "bitbucket",
    label: "Bitbucket",
    title: "Bitbucket",
    category: "Source code",
    description: "Connects repositories on Bitbucket Cloud, with an API token or an OAuth application.",
    credentialUrl: "https://id.atlassian.com/manage-profile/security/api-tokens",
    connection: {
      publicAddress: { webUrl: "https://bitbucket.org", apiUrl: "https://api.bitbucket.org/2.0" },
      apiPath: null,
      // The slash is first, because Bitbucket's editor removes an unknown name after "@".
      mentionPrefixes: ["/", "@"],
      credentials: ["accessToken", "oauth"],
      setupMethods: [tokenMethod("For an API token, the email address of its account."), oauthMethod],
    },
    hasReviewIds: false,
    triggers: [
      {
        name: pullRequestOpened,
        displayName: "Pull request opened",
        description: "A pull request was opened.",
        filters: { repositories, openedBy, temboPrs: temboMade },
      },
    ],
    templatePaths: [".bitbucket/pull_request_template.md"],
  },
  triggerNames: ({ type }) => (type === "pullRequest.opened" ? [pullRequestOpened] : []),
};
