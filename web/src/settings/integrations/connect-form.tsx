import { Anchor, NativeSelect, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { type ForgeProvider, forgeProvidersQuery } from "../../api/providers.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { useChange } from "../kit/use-change.ts";
import { authorize } from "./authorize.ts";
import { bodyOf, emptyDraft, selectMethod } from "./connect-draft.ts";
import { CredentialFields } from "./credential-fields.tsx";

const words = settingsText.integrations;

export function ConnectForm({ onDone }: { readonly onDone: () => void }) {
  const query = useQuery(forgeProvidersQuery);
  return <Loaded query={query}>{(providers) => <ForgeForm providers={providers} onDone={onDone} />}</Loaded>;
}

function ForgeForm({
  providers,
  onDone,
}: {
  readonly providers: readonly ForgeProvider[];
  readonly onDone: () => void;
}) {
  const [draft, setDraft] = useState(() => emptyDraft(providers[0]));
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const provider = providers.find(({ integrationType }) => integrationType === draft.type);
  const method = provider && selectMethod(draft, provider);
  const continuesOnForge = method?.continuesOnForge === true;
  const connect = useChange(
    async () => {
      if (method === undefined) return;
      const { integration } = await tembo.integrations.create(bodyOf(draft, method));
      if (continuesOnForge) await authorize(integration.id);
    },
    {
      stale: [["integrations"]],
      ...(continuesOnForge ? {} : { done: words.connected }),
      onDone,
    },
  );
  if (provider === undefined || method === undefined) return null;
  return (
    <Form
      change={connect}
      onSubmit={() => connect.mutate()}
      submit={continuesOnForge ? words.goOn : words.submit}
    >
      <NativeSelect
        label={words.forge}
        data={providers.map(({ integrationType, displayName }) => ({
          value: integrationType,
          label: displayName,
        }))}
        value={draft.type}
        onChange={(event) => set({ type: event.currentTarget.value, credential: null })}
      />
      <NativeSelect
        label={words.way}
        data={provider.forge.setupMethods.map(({ credential, label }) => ({ value: credential, label }))}
        value={method.credential}
        onChange={(event) => set({ credential: event.currentTarget.value as typeof method.credential })}
      />
      <Text size="sm" c="dimmed">
        {provider.description}
        {method.credential === "accessToken" && provider.authorizeUrl !== "" && (
          <>
            {" "}
            <Anchor href={provider.authorizeUrl} target="_blank" rel="noreferrer" inherit>
              {words.makeCredential}
            </Anchor>
          </>
        )}
        {method.credential === "oauth" &&
          provider.redirectUrl !== undefined &&
          ` ${words.redirect(provider.redirectUrl)}`}
        {method.help !== undefined && ` ${method.help}`}
      </Text>
      <CredentialFields fields={method.fields} values={draft.values} onChange={(values) => set({ values })} />
      <TextInput
        label={words.displayName}
        placeholder={settingsText.optional}
        value={draft.displayName}
        onChange={(event) => set({ displayName: event.currentTarget.value })}
        maxLength={255}
      />
      <TextInput
        type="url"
        label={words.baseUrl}
        description={words.baseUrlHint(provider.forge.publicAddress?.webUrl ?? null)}
        value={draft.baseUrl}
        onChange={(event) => set({ baseUrl: event.currentTarget.value })}
      />
      <Switch
        label={words.polling}
        description={words.pollingHint}
        checked={draft.isPolled}
        onChange={(event) => set({ isPolled: event.currentTarget.checked })}
      />
    </Form>
  );
}
