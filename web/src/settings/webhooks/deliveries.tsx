import { Badge, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { OutgoingDelivery } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { settingsText } from "../../text/settings/index.ts";
import { Row, Rows } from "../kit/rows.tsx";
import { useChange } from "../kit/use-change.ts";
import { usePages } from "../kit/use-pages.ts";
import { DeliveryDetails } from "./delivery-details.tsx";

const words = settingsText.webhooks.deliveries;
const colors = { pending: "gray", succeeded: "teal", failed: "red" } as const;
/**
 * Refresh interval in milliseconds. The server sends a pending delivery within seconds. The first retries follow within
 * minutes.
 */
const REFRESH_MS = 4_000;

export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const { query, items } = usePages(
    ["deliveries", webhookId],
    ({ cursor, signal }) => tembo.webhooks.deliveries.list(webhookId, { cursor }, { signal }),
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Rows query={query} label={words.list} empty={words.empty}>
      {items.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} />
      ))}
    </Rows>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: OutgoingDelivery }) {
  const { id, webhookId, eventType, status, outcome, attempts, createdAt, replayOf } = delivery;
  const [isOpen, { toggle }] = useDisclosure(false);
  const replay = useChange(() => tembo.webhooks.deliveries.replay(webhookId, id), {
    stale: [["deliveries", webhookId]],
    done: words.replayed,
  });
  return (
    <Row
      title={eventType}
      mark={
        <Badge size="sm" variant="light" color={colors[status]}>
          {words.states[status]}
        </Badge>
      }
      about={
        <>
          <TimeAgo at={createdAt} /> · {words.attempts(attempts)}
          {replayOf !== null && ` · ${words.isReplay}`}
          {outcome !== null && <div dir="auto">{outcome}</div>}
        </>
      }
    >
      <Button
        variant="subtle"
        size="xs"
        aria-label={words.detailsOf(eventType)}
        aria-expanded={isOpen}
        onClick={toggle}
      >
        {words.details}
      </Button>
      <Button
        variant="subtle"
        size="xs"
        aria-label={words.replayOf(eventType)}
        loading={replay.isPending}
        onClick={() => replay.mutate()}
      >
        {words.replay}
      </Button>
      <Refusal error={replay.error} />
      {isOpen && <DeliveryDetails delivery={delivery} />}
    </Row>
  );
}
