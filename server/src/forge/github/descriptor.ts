import type { ForgeSetupMethod } from "@tembo/contract";
import type { ConnectableForge } from "../../core/forges/index.ts";
import { oauthMethod, tokenMethod } from "../setup-methods.ts";
import { githubTriggerNames, githubTriggers } from "./triggers.ts";

const appManifestMethod: ForgeSetupMethod = {
  credential: "appManifest",
  label: "New GitHub app",
  help: "GitHub asks you to create an app and to choose the repositories that it can access.",
  fields: [
    {
      name: "appOrganization",
      kind: "text",
      label: "GitHub organization",
      help: "The organization that owns the app. Leave it empty to own the app yourself.",
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
      "Repositories on github.com or GitHub Enterprise Server, with an app or a personal access token.",
    credentialUrl: "https://github.com/settings/apps/new",
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
