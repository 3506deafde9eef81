import { PasswordInput, TextInput } from "@mantine/core";
import { settingsText } from "../../text/settings/index.ts";
import type { ConnectDraft } from "./connect-draft.ts";

const words = settingsText.integrations;

/** What the chosen way needs. */
export function CredentialFields({
  draft,
  set,
}: {
  readonly draft: ConnectDraft;
  readonly set: (part: Partial<ConnectDraft>) => void;
}) {
  if (draft.way === "appManifest")
    return (
      <TextInput
        label={words.appOrganization}
        description={words.appOrganizationHint}
        value={draft.appOrganization}
        onChange={(event) => set({ appOrganization: event.currentTarget.value })}
        autoComplete="off"
      />
    );
  if (draft.way === "oauth") {
    return (
      <>
        <TextInput
          label={words.clientId}
          value={draft.clientId}
          onChange={(event) => set({ clientId: event.currentTarget.value })}
          autoComplete="off"
        />
        <PasswordInput
          label={words.clientSecret}
          value={draft.clientSecret}
          onChange={(event) => set({ clientSecret: event.currentTarget.value })}
          autoComplete="off"
        />
      </>
    );
  }
  return (
    <>
      <PasswordInput
        label={words.accessToken}
        value={draft.accessToken}
        onChange={(event) => set({ accessToken: event.currentTarget.value })}
        autoComplete="off"
      />
      {(draft.type === "bitbucket" || draft.type === "gitea") && (
        <TextInput
          label={words.username}
          description={words.usernameHint}
          value={draft.username}
          onChange={(event) => set({ username: event.currentTarget.value })}
          autoComplete="off"
        />
      )}
    </>
  );
}
