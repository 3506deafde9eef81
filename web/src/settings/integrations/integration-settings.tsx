import {
  Button,
  Code,
  Group,
  NativeSelect,
  PasswordInput,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { IntegrationSettings as Settings } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { authorize } from "./authorize.ts";

const words = settingsText.integrations.settings;

export function IntegrationSettings({
  integrationId,
  onDone,
}: {
  readonly integrationId: string;
  readonly onDone: () => void;
}) {
  const query = useQuery({
    queryKey: ["integration-settings", integrationId],
    queryFn: ({ signal }) => tembo.integrations.settings.retrieve(integrationId, { signal }),
  });
  return (
    <Loaded query={query}>
      {(settings) => (
        <Stack>
          <Facts settings={settings} />
          <SettingsForm settings={settings} onDone={onDone} />
        </Stack>
      )}
    </Loaded>
  );
}

function Facts({ settings }: { readonly settings: Settings }) {
  const isAdmin = useIsAdmin();
  const { integrationId, account, webhookUrl, lastSync, credential } = settings;
  const goOn = useChange(() => authorize(integrationId), { stale: [] });
  return (
    <Stack gap="xs" style={{ overflowWrap: "anywhere" }}>
      <Text size="sm">
        {words.account}: <b dir="auto">{account?.login ?? words.unknownAccount}</b>
      </Text>
      <Text size="sm">
        {words.webhookUrl}: <Code>{webhookUrl}</Code>
      </Text>
      {lastSync?.outcome != null && (
        <Text size="sm" dir="auto">
          {words.lastSync}: {lastSync.outcome}
        </Text>
      )}
      {isAdmin && credential !== "token" && (
        <Group>
          <Button variant="default" size="xs" loading={goOn.isPending} onClick={() => goOn.mutate()}>
            {settingsText.integrations.authorize}
          </Button>
        </Group>
      )}
      <Refusal error={goOn.error} />
    </Stack>
  );
}

function SettingsForm({ settings, onDone }: { readonly settings: Settings; readonly onDone: () => void }) {
  const isAdmin = useIsAdmin();
  const { integrationId, credential } = settings;
  const [draft, setDraft] = useState(settings.settings);
  const [accessToken, setAccessToken] = useState("");
  const { mentionName, events, enablesNewRepositories, enabled } = draft;
  const save = useChange(
    () =>
      tembo.integrations.update(integrationId, {
        settings: { mentionName, events, enablesNewRepositories, enabled },
        ...(accessToken !== "" && { accessToken: accessToken.trim() }),
      }),
    {
      stale: [["integrations"], ["integration-settings", integrationId]],
      done: settingsText.saved,
      onDone,
    },
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} readOnly={!isAdmin}>
      <TextInput
        label={words.mentionName}
        value={mentionName}
        onChange={(event) => setDraft({ ...draft, mentionName: event.currentTarget.value })}
        maxLength={39}
        readOnly={!isAdmin}
      />
      <NativeSelect
        label={words.events}
        data={(["webhook", "polling"] as const).map((value) => ({ value, label: words.eventKinds[value] }))}
        value={events}
        onChange={(event) => setDraft({ ...draft, events: event.currentTarget.value as typeof events })}
        disabled={!isAdmin}
      />
      <Switch
        label={words.enablesNew}
        checked={enablesNewRepositories}
        onChange={(event) => setDraft({ ...draft, enablesNewRepositories: event.currentTarget.checked })}
        disabled={!isAdmin}
      />
      <Switch
        label={words.enabled}
        checked={enabled}
        onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
        disabled={!isAdmin}
      />
      {isAdmin && credential === "token" && (
        <PasswordInput
          label={words.accessToken}
          description={words.accessTokenHint}
          value={accessToken}
          onChange={(event) => setAccessToken(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
    </Form>
  );
}
