import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useMemo, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Diff } from "../../components/diff/diff.tsx";
import { parsePatch } from "../../components/diff/parse-patch.ts";
import { WrittenComment } from "../../components/diff/written-comment.tsx";
import { Failed } from "../../components/failed.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";
import classes from "./changed-files.module.css";
import { type LineComment, messageOf } from "./line-comment.ts";

/** The patch of a pull request; where a session made it, lines can be commented on, and the agent asked to address all at once. */
export function ChangedFiles({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const { session, diff, number } = pullRequest;
  const [comments, setComments] = useState<readonly LineComment[]>([]);
  const patch = diff?.data ?? "";
  const files = useMemo(() => parsePatch(patch), [patch]);
  const add = (comment: Omit<LineComment, "id">) =>
    setComments((old) => [...old, { ...comment, id: crypto.randomUUID() }]);
  const remove = (id: string) => setComments((old) => old.filter((one) => one.id !== id));
  if (patch === "") return <Text size="sm">{text.review.files.none}</Text>;
  if (files.length === 0) return <Text size="sm">{text.review.files.unreadable}</Text>;
  return (
    <>
      {session !== null && (
        <Text size="xs" c="dimmed" mb="xs">
          {text.review.files.hint}
        </Text>
      )}
      <Diff
        name="changed"
        files={files}
        view="unified"
        annotations={comments.map((comment) => ({
          ...comment,
          content: <WrittenComment body={comment.body} onRemove={() => remove(comment.id)} />,
        }))}
        onComment={session === null ? undefined : (place, body) => add({ ...place, body })}
      />
      {session !== null && (
        <AskAgent sessionId={session.id} number={number} comments={comments} onSent={() => setComments([])} />
      )}
    </>
  );
}

function AskAgent({
  sessionId,
  number,
  comments,
  onSent,
}: {
  readonly sessionId: string;
  readonly number: number | null;
  readonly comments: readonly LineComment[];
  readonly onSent: () => void;
}) {
  const send = useMutation({
    mutationFn: () => tembo.messages.create({ sessionId, content: messageOf(number, comments) }),
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
