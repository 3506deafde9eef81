import { Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconListCheck, IconPlayerStop } from "@tabler/icons-react";
import { Failed } from "../../components/failed.tsx";
import { formatDuration } from "../../format/duration.ts";
import { formatCompact, formatMicroDollars } from "../../format/numbers.ts";
import { text } from "../../text/index.ts";
import { canSendAgain } from "../session-actions.ts";
import type { ItemOf } from "../transcript/item.ts";
import { useSendAgain } from "../use-send-again.ts";
import classes from "./rows.module.css";

const words = text.session.turnEnd;
const looks = {
  completed: { icon: IconCircleCheck, tone: classes.good },
  unchanged: { icon: IconAlertTriangle, tone: classes.needs },
  planned: { icon: IconListCheck, tone: classes.quiet },
  failed: { icon: IconAlertTriangle, tone: classes.bad },
  cancelled: { icon: IconPlayerStop, tone: classes.quiet },
} as const;

export function TurnEndRow({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"turnEnd">;
  readonly sessionId: string;
}) {
  const { outcome } = item;
  const { icon: Icon, tone } = looks[findLook(item)];
  return (
    <article className={classes.turnEnd} data-outcome={outcome} aria-label={words[outcome]}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <Icon size={16} className={tone} aria-hidden />
        <div className={classes.turnWords}>
          <Text size="sm" fw={550} dir="auto">
            {describeOutcome(item)}
          </Text>
          <Text size="xs" c="dimmed">
            {describeTurnEnd(item)}
          </Text>
        </div>
        {canSendAgain(item) && item.messageId !== null && (
          <SendAgain messageId={item.messageId} sessionId={sessionId} />
        )}
      </Group>
    </article>
  );
}

/** A turn that changed nothing, although an edit failed, is not shown as a success. */
function findLook({ outcome, result }: ItemOf<"turnEnd">): keyof typeof looks {
  if (outcome !== "completed") return outcome;
  if (result.hasPlan) return "planned";
  return result.failedEdits > 0 ? "unchanged" : "completed";
}

function describeOutcome(item: ItemOf<"turnEnd">): string {
  const look = findLook(item);
  if (look === "planned") return words.planned;
  if (look === "unchanged") return words.unchanged(item.result.failedEdits);
  return item.sentence === "" ? words[item.outcome] : item.sentence;
}

function describeTurnEnd({ at, startedAt, usage }: ItemOf<"turnEnd">): string {
  return [
    startedAt === null ? "" : formatDuration(Date.parse(at) - Date.parse(startedAt)),
    usage === null
      ? ""
      : text.session.turnEnd.usage(
          formatCompact(usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens),
          usage.cachedInputTokens === 0 ? null : formatCompact(usage.cachedInputTokens),
          formatCompact(usage.outputTokens),
        ),
    usage?.costMicroUsd == null ? "" : formatMicroDollars(usage.costMicroUsd),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** Button that sends the message again. */
function SendAgain({ messageId, sessionId }: { readonly messageId: string; readonly sessionId: string }) {
  const send = useSendAgain(sessionId, messageId);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={send.isPending}
        disabled={send.isSuccess}
        onClick={() => send.mutate(null)}
      >
        {text.session.turnEnd.retry}
      </Button>
      {send.isError && <Failed error={send.error} />}
    </>
  );
}
