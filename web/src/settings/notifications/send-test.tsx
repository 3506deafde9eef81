import { Button, Group, Stack, Text } from "@mantine/core";
import type { NotificationChannel } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { pushSubscriptionsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { parseBrowser } from "../kit/parse-browser.ts";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.notifications.test;

/** Button that sends a test notification to the user, and the reason if it is not possible or fails. */
export function SendTest({
  channel,
  problem,
}: {
  readonly channel: NotificationChannel;
  readonly problem: string | null;
}) {
  const { id } = usePerson();
  const send = useChange(() => tembo.users.notifications.test(id, { channel }), {
    stale: channel === "push" ? [pushSubscriptionsQuery(id).queryKey] : [],
    done: ({ sentTo }) => words.sent(sentTo.map((to) => parseBrowser(to) ?? to)),
  });
  return (
    <Stack>
      {problem !== null && (
        <Text size="sm" c="dimmed" role="note">
          {problem}
        </Text>
      )}
      <Refusal error={send.error} />
      <Group justify="flex-end">
        <Button
          variant="default"
          loading={send.isPending}
          disabled={problem !== null}
          onClick={() => send.mutate()}
        >
          {words.send}
        </Button>
      </Group>
    </Stack>
  );
}
