import type { ForgeSetupMethod } from "@tembo/contract";
import type { ConnectableForge } from "../../core/forges/index.ts";
import { oauthMethod, tokenMethod } from "../setup-methods.ts";
import { githubTriggerNames, githubTriggers } from "./triggers.ts";

const appManifestMethod: ForgeSetupMethod = {
  credential: "appManifest",
  label: "New GitHub app",
  help: "On GitHub, you create an app and choose the repositories that the app can access.",
  fields: [
    {
      name: "appOrganization",
      kind: "text",
      label: "GitHub organization",
      help: "The organization that owns the app. Leave empty to own the app yourself.",
      isRequired: false,
    },
  ],
  continuesOnForge: true,
};

export const githubKind: ConnectableForge = {
  descriptor: {
    name: "github",
    label: "GitHub",
    title: "GitHub",
    category: "Source code",
    description:
      "Connects repositories on github.com or GitHub Enterprise Server, with a personal access token, a GitHub app or an OAuth application.",
    credentialUrl: "https://github.com/settings/personal-access-tokens/new",
    connection: {
      publicAddress: { webUrl: "https://github.com", apiUrl: "https://api.github.com" },
      apiPath: "/api/v3",
      mentionPrefixes: ["@"],
      credentials: ["accessToken", "app", "appManifest", "oauth"],
      setupMethods: [tokenMethod(), appManifestMethod, oauthMethod],
    },
    hasReviewIds: true,
    triggers: githubTriggers,
    templatePaths: [".github/pull_request_template.md"],
  },
  triggerNames: githubTriggerNames,
};
