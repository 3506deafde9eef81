import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { text } from "../../../text/index.ts";
import classes from "./changes-panel.module.css";
import { composeMessage, type LineComment } from "./comments.ts";

interface CommentBarProps {
  readonly sessionId: string;
  readonly comments: readonly LineComment[];
  readonly onClear: () => void;
}

/** Bar with the number of unsent comments, and a button that sends them as one message. */
export function CommentBar({ sessionId, comments, onClear }: CommentBarProps) {
  const send = useMutation({
    mutationFn: () => tembo.messages.create({ sessionId, content: composeMessage(comments) }),
    onSuccess: () => {
      onClear();
      notifications.show({ message: text.panel.changes.sent });
    },
  });
  if (comments.length === 0) return null;
  return (
    <footer className={classes.bar}>
      {send.isError && <Failed error={send.error} />}
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status">
          {text.panel.changes.comments(comments.length)}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onClear} disabled={send.isPending}>
            {text.panel.changes.discard}
          </Button>
          <Button size="xs" onClick={() => send.mutate()} loading={send.isPending}>
            {text.panel.changes.send}
          </Button>
        </Group>
      </Group>
    </footer>
  );
}
