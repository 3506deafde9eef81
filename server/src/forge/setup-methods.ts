import type { ForgeSetupField, ForgeSetupMethod } from "@tembo/contract";

const usernameField = (help: string): ForgeSetupField => ({
  name: "username",
  kind: "text",
  label: "Username",
  help,
  isRequired: false,
});

/** Form for an access token. Asks for a username if `usernameHelp` is not null. */
export const tokenMethod = (usernameHelp: string | null = null): ForgeSetupMethod => ({
  credential: "accessToken",
  label: "Access token",
  fields: [
    { name: "accessToken", kind: "secret", label: "Access token", isRequired: true },
    ...(usernameHelp === null ? [] : [usernameField(usernameHelp)]),
  ],
  continuesOnForge: false,
});

/** Form for an OAuth application on the forge. */
export const oauthMethod: ForgeSetupMethod = {
  credential: "oauth",
  label: "OAuth application",
  fields: [
    { name: "oauth.clientId", kind: "text", label: "Client ID", isRequired: true },
    { name: "oauth.clientSecret", kind: "secret", label: "Client secret", isRequired: true },
  ],
  continuesOnForge: true,
};
