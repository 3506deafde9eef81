import type { ForgeSetupField, ForgeSetupMethod } from "@tembo/contract";

const username: ForgeSetupField = {
  name: "username",
  kind: "text",
  label: "Username",
  help: "Required only if the forge needs a username with the token.",
  isRequired: false,
};

/** Form for a personal access token. */
export const tokenMethod = ({ withUsername = false } = {}): ForgeSetupMethod => ({
  credential: "accessToken",
  label: "Access token",
  fields: [
    { name: "accessToken", kind: "secret", label: "Access token", isRequired: true },
    ...(withUsername ? [username] : []),
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
