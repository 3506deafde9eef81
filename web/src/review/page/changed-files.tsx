import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useMemo, useState } from "react";
import { type FileData, parseDiff } from "react-diff-view";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";
import { ChangedFile } from "./changed-file.tsx";
import classes from "./changed-files.module.css";
import { type LineComment, messageOf } from "./line-comment.ts";

/** The patch of a pull request; where a session made it, lines can be commented on, and the agent asked to address all at once. */
export function ChangedFiles({ pullRequest }: { readonly pullRequest: PullRequest }) {
  const { session, diff, number } = pullRequest;
  const [comments, setComments] = useState<readonly LineComment[]>([]);
  const patch = diff?.data ?? "";
  const files = useMemo(() => filesOf(patch), [patch]);
  const add = (comment: Omit<LineComment, "id">) =>
    setComments((old) => [...old, { ...comment, id: crypto.randomUUID() }]);
  const remove = (id: string) => setComments((old) => old.filter((one) => one.id !== id));
  if (patch === "") return <Text size="sm">{text.review.files.none}</Text>;
  if (files === null) return <Text size="sm">{text.review.files.unreadable}</Text>;
  return (
    <>
      {session !== null && (
        <Text size="xs" c="dimmed" mb="xs">
          {text.review.files.hint}
        </Text>
      )}
      {files.map((file) => (
        <ChangedFile
          key={`${file.oldPath} ${file.newPath}`}
          file={file}
          comments={comments}
          onAdd={session === null ? undefined : add}
          onRemove={remove}
        />
      ))}
      {session !== null && (
        <AskAgent sessionId={session.id} number={number} comments={comments} onSent={() => setComments([])} />
      )}
    </>
  );
}

/** The library throws for what is no patch. */
function filesOf(patch: string): readonly FileData[] | null {
  try {
    return parseDiff(patch);
  } catch {
    return null;
  }
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
