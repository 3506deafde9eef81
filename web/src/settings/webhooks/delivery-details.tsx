import { Code, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { OutgoingDelivery } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { formatDateTime } from "../../format/dates.ts";
import { formatDuration } from "../../format/duration.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Trouble } from "../kit/trouble.tsx";

const words = settingsText.webhooks.deliveries;

/** Payload of a delivery, and the result of each attempt. */
export function DeliveryDetails({
  delivery: { id, webhookId, attempts },
}: {
  readonly delivery: OutgoingDelivery;
}) {
  const query = useQuery({
    // Reloads after each attempt.
    queryKey: ["delivery", id, attempts],
    queryFn: ({ signal }) => tembo.webhooks.deliveries.retrieve(webhookId, id, { signal }),
  });
  return (
    <Loaded query={query}>
      {({ body, attemptLog }) => (
        <Stack gap="xs" w="100%">
          {attemptLog.map(({ number, startedAt, durationMs, responseStatus, responseBody, error }) => (
            <div key={number}>
              <Text size="xs" fw={600}>
                {words.attempt(number)}: {responseStatus ?? words.noAnswer}, {formatDuration(durationMs)},{" "}
                <time dateTime={startedAt}>{formatDateTime(new Date(startedAt))}</time>
              </Text>
              {error !== null && <Trouble>{error}</Trouble>}
              {responseBody !== null && responseBody !== "" && <Raw text={responseBody} />}
            </div>
          ))}
          <Text size="xs" fw={600}>
            {words.body}
          </Text>
          <Raw text={body} />
        </Stack>
      )}
    </Loaded>
  );
}

function Raw({ text }: { readonly text: string }) {
  return (
    <Code
      block
      tabIndex={0}
      dir="auto"
      mah={240}
      style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
    >
      {text}
    </Code>
  );
}
