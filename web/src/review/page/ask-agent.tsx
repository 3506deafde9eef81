import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";
import classes from "./files/changed-files.module.css";
import { composeMessage, type LineComment } from "./files/line-comment.ts";

interface AskAgentProps {
  readonly sessionId: string;
  readonly number: number | null;
  readonly comments: readonly LineComment[];
  /** Pull request whose threads the comments are. The agent then answers in the threads. */
  readonly pullRequestId?: string;
  readonly onSent: () => Promise<void> | void;
}

/** Button that sends all comments to the pull request's session as one message. */
export function AskAgent({ sessionId, number, comments, pullRequestId, onSent }: AskAgentProps) {
  const send = useMutation({
    mutationFn: () =>
      tembo.messages.create({
        sessionId,
        content: composeMessage(number, comments),
        ...(pullRequestId !== undefined && { pullRequestId, reviewComments: comments.map(({ id }) => id) }),
      }),
    onSuccess: onSent,
  });
  const isShown = comments.length > 0 || send.isSuccess;
  return (
    <div aria-live="polite" className={classes.ask} data-shown={isShown || undefined}>
      {comments.length > 0 && (
        <Group justify="space-between">
          <Text size="sm">{text.review.ask.count(comments.length)}</Text>
          <Button loading={send.isPending} onClick={() => send.mutate()}>
            {text.review.ask.send}
          </Button>
        </Group>
      )}
      {comments.length === 0 && send.isSuccess && (
        <Group justify="space-between">
          <Text size="sm">{text.review.ask.sent}</Text>
          <TextLink to="/sessions/$sessionId" params={{ sessionId }} size="sm">
            {text.review.ask.toSession}
          </TextLink>
        </Group>
      )}
      {send.isError && <Failed error={send.error} />}
    </div>
  );
}
