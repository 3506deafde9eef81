import { Anchor, NativeSelect, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { IntegrationProviderList } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { useChange } from "../kit/use-change.ts";
import { authorize } from "./authorize.ts";
import { bodyOf, emptyDraft, type Forge, forges, waysOf } from "./connect-draft.ts";
import { CredentialFields } from "./credential-fields.tsx";

const words = settingsText.integrations;

export function ConnectForm({ onDone }: { readonly onDone: () => void }) {
  const query = useQuery({
    queryKey: ["integration-providers"],
    queryFn: ({ signal }) => tembo.integrations.providers({ limit: 100 }, { signal }),
  });
  return <Loaded query={query}>{({ items }) => <ForgeForm providers={items} onDone={onDone} />}</Loaded>;
}

type Provider = IntegrationProviderList["items"][number];

function ForgeForm({
  providers,
  onDone,
}: {
  readonly providers: readonly Provider[];
  readonly onDone: () => void;
}) {
  const [draft, setDraft] = useState(emptyDraft);
  const { type, way } = draft;
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const provider = providers.find(({ integrationType }) => integrationType === type);
  const isAgreedTo = way !== "accessToken";
  const connect = useChange(
    async () => {
      const { integration } = await tembo.integrations.create(bodyOf(draft));
      if (isAgreedTo) await authorize(integration.id);
    },
    {
      stale: [["integrations"]],
      ...(isAgreedTo ? {} : { done: words.connected }),
      onDone,
    },
  );
  return (
    <Form change={connect} onSubmit={() => connect.mutate()} submit={isAgreedTo ? words.goOn : words.submit}>
      <NativeSelect
        label={words.forge}
        data={providers
          .filter(({ integrationType, comingSoon }) => !comingSoon && forges.has(integrationType))
          .map(({ integrationType, displayName }) => ({ value: integrationType, label: displayName }))}
        value={type}
        onChange={(event) => set({ type: event.currentTarget.value as Forge, way: "accessToken" })}
      />
      <NativeSelect
        label={words.way}
        data={waysOf(type).map((value) => ({ value, label: words.ways[value] }))}
        value={way}
        onChange={(event) => set({ way: event.currentTarget.value as typeof way })}
      />
      <Text size="sm" c="dimmed">
        {provider?.description}
        {way === "accessToken" && provider !== undefined && provider.authorizeUrl !== "" && (
          <>
            {" "}
            <Anchor href={provider.authorizeUrl} target="_blank" rel="noreferrer" inherit>
              {words.makeCredential}
            </Anchor>
          </>
        )}
        {way === "oauth" && provider?.redirectUrl !== undefined && ` ${words.redirect(provider.redirectUrl)}`}
        {way === "appManifest" && ` ${words.manifest}`}
      </Text>
      <CredentialFields draft={draft} set={set} />
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
        description={words.baseUrlHint}
        value={draft.baseUrl}
        onChange={(event) => set({ baseUrl: event.currentTarget.value })}
      />
      <Switch
        label={words.polling}
        checked={draft.isPolled}
        onChange={(event) => set({ isPolled: event.currentTarget.checked })}
      />
    </Form>
  );
}
