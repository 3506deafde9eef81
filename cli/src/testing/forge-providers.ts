import type { ForgeDescriptor, ForgeSetupField, IntegrationProviderList } from "@tembo-io/sdk";

const field = (name: ForgeSetupField["name"]): ForgeSetupField => ({
  name,
  kind: "text",
  label: name,
  isRequired: false,
});

const provider = (
  name: string,
  fields: readonly ForgeSetupField["name"][],
  forge: Pick<ForgeDescriptor, "label" | "credentials" | "publicAddress">,
): IntegrationProviderList["items"][number] => ({
  integrationType: name,
  name,
  displayName: forge.label,
  category: "Source code",
  description: "",
  authorizeUrl: "",
  isOAuth: true,
  installed: false,
  comingSoon: false,
  forge: {
    ...forge,
    apiPath: null,
    mentionPrefixes: ["@"],
    setupMethods: [
      { credential: "accessToken", label: "Token", fields: fields.map(field), continuesOnForge: false },
    ],
  },
});

const publicAddress = { webUrl: "https://github.com", apiUrl: "https://api.github.com" };

/** Response of a server with four forges. The forges accept different credentials and fields. */
export const forgeProviders: IntegrationProviderList = {
  installedCounts: {},
  items: [
    provider("github", ["appOrganization"], {
      label: "GitHub",
      credentials: ["accessToken", "app", "appManifest", "oauth"],
      publicAddress,
    }),
    provider("gitlab", [], { label: "GitLab", credentials: ["accessToken", "oauth"], publicAddress: null }),
    provider("bitbucket", ["username"], {
      label: "Bitbucket",
      credentials: ["accessToken", "oauth"],
      publicAddress: null,
    }),
    provider("gitea", ["username"], {
      label: "Gitea",
      credentials: ["accessToken", "oauth"],
      publicAddress: null,
    }),
  ],
  nextCursor: null,
};
