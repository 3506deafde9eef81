import { MultiSelect, TextInput } from "@mantine/core";
import type { Webhook, WebhookCreateBody } from "@tembo-io/sdk";
import { useState } from "react";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";
import { eventChoices } from "./event-choices.ts";

const words = settingsText.webhooks;

/** Form for a webhook's URL and events. `request` creates the webhook, or updates `webhook`. */
export function WebhookForm<Result>({
  webhook,
  request,
  onDone,
}: {
  readonly webhook?: Webhook;
  readonly request: (body: Pick<WebhookCreateBody, "url" | "events" | "description">) => Promise<Result>;
  readonly onDone: (result: Result) => void;
}) {
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<Webhook["events"]>(webhook?.events ?? ["*"]);
  const [description, setDescription] = useState(webhook?.description ?? "");
  const save = useChange(() => request({ url: url.trim(), events, description }), {
    stale: [["webhooks"]],
    done: settingsText.saved,
    onDone,
  });
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={url !== "" && events.length > 0}>
      <TextInput
        type="url"
        label={words.url}
        placeholder="https://example.com/webhooks/tembo"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        maxLength={2_000}
        data-autofocus
      />
      <MultiSelect
        label={words.events}
        data={eventChoices}
        value={events}
        onChange={(chosen) => setEvents(chosen as Webhook["events"])}
        maxValues={20}
        searchable
        hidePickedOptions
      />
      <TextInput
        label={words.description}
        placeholder={settingsText.optional}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={500}
        dir="auto"
      />
    </Form>
  );
}
