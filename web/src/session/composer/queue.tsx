import { Text } from "@mantine/core";
import { text } from "../../text/index.ts";
import type { WaitingMessage } from "../transcript/draft.ts";
import classes from "./composer.module.css";
import { QueueItem } from "./queue-item.tsx";

/** Queued messages, in the order in which they will run. */
export function Queue({
  sessionId,
  waiting,
  isRunning,
}: {
  readonly sessionId: string;
  readonly waiting: readonly WaitingMessage[];
  readonly isRunning: boolean;
}) {
  if (waiting.length === 0) return null;
  const title = text.session.queue.title(waiting.length);
  return (
    <section className={classes.queue} aria-label={title}>
      <Text size="xs" c="dimmed" px={10} py={4} role="status">
        {title}
      </Text>
      <ol className={classes.waiting}>
        {waiting.map((message, index) => (
          <QueueItem
            key={message.messageId}
            sessionId={sessionId}
            message={message}
            place={{ index, isLast: index === waiting.length - 1 }}
            isRunning={isRunning}
          />
        ))}
      </ol>
    </section>
  );
}
