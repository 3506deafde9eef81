import { Badge, Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PushSubscriptionList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { pushSubscriptionsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { parseBrowser } from "../kit/parse-browser.ts";
import { Row, Rows } from "../kit/rows.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { canReceivePush, subscribe } from "./push.ts";
import { SendTest } from "./send-test.tsx";

const words = settingsText.notifications.browsers;

/** The user's browsers that show notifications, and the button that adds this browser. */
export function BrowsersPanel() {
  const { id } = usePerson();
  const query = useQuery(pushSubscriptionsQuery(id));
  const items = query.data?.items ?? [];
  return (
    <Panel title={words.title} about={words.about}>
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((item) => (
          <BrowserRow key={item.id} item={item} />
        ))}
      </Rows>
      {query.data !== undefined && <TurnOn publicKey={query.data.publicKey} />}
      {items.length > 0 && <SendTest channel="push" problem={null} />}
    </Panel>
  );
}

function TurnOn({ publicKey }: { readonly publicKey: string }) {
  const { id } = usePerson();
  const turnOn = useChange(async () => tembo.users.pushSubscriptions.create(id, await subscribe(publicKey)), {
    stale: [pushSubscriptionsQuery(id).queryKey],
    done: words.isOn,
  });
  if (!canReceivePush())
    return (
      <Text size="sm" c="dimmed" role="note">
        {words.unsupported}
      </Text>
    );
  return (
    <>
      <Refusal error={turnOn.error} />
      <Group justify="flex-end">
        <Button loading={turnOn.isPending} onClick={() => turnOn.mutate()}>
          {words.turnOn}
        </Button>
      </Group>
    </>
  );
}

function BrowserRow({ item }: { readonly item: PushSubscriptionList["items"][number] }) {
  const { id } = usePerson();
  const name = parseBrowser(item.browser) ?? words.unknown;
  const remove = useChange(() => tembo.users.pushSubscriptions.delete(id, item.id), {
    stale: [pushSubscriptionsQuery(id).queryKey],
  });
  return (
    <Row
      title={<span title={item.browser ?? undefined}>{name}</span>}
      mark={
        item.isCurrent && (
          <Badge size="sm" variant="light">
            {words.current}
          </Badge>
        )
      }
      about={
        <>
          {words.added} <TimeAgo at={item.createdAt} />
        </>
      }
    >
      <ConfirmButton
        label={settingsText.remove}
        name={settingsText.removeOf(name)}
        question={words.removeQuestion}
        consequence={words.removeConsequence}
        change={remove}
      />
    </Row>
  );
}
