import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { visibleName } from "../../../components/visible-name.ts";
import { text } from "../../../text/index.ts";
import { AgentState } from "./agent-state.tsx";
import { CommentBody } from "./comment-body.tsx";
import classes from "./conversation.module.css";
import { useRefresh } from "./conversation-query.ts";
import type { Thread } from "./threads.ts";
import { WriteForm } from "./write-form.tsx";

interface ReviewThreadProps {
  readonly pullRequest: PullRequest;
  readonly thread: Thread;
  /** True if users can act on the thread in Tembo, for example reply to it or resolve it. */
  readonly isHere: boolean;
  /** True if the thread is shown separately from its lines. */
  readonly isApart?: boolean;
}

/** A thread on one or more lines, with its actions. */
export function ReviewThread({ pullRequest, thread, isHere, isApart = false }: ReviewThreadProps) {
  const { first, replies } = thread;
  const [isShown, setIsShown] = useState(false);
  const words = text.review.thread;
  const { resolved, place } = first;
  if (place === null) return null;
  const { path, line, startLine, isOutdated } = place;
  return (
    <section
      className={classes.thread}
      aria-label={words.name(path, line)}
      data-resolved={resolved !== null || undefined}
    >
      {isApart && <code className={classes.place}>{words.place(visibleName(path), line)}</code>}
      {startLine !== null && line !== null && (
        <Text size="xs" c="dimmed">
          {words.lines(startLine, line)}
        </Text>
      )}
      {isOutdated && (
        <Text size="xs" c="dimmed">
          {words.outdated}
        </Text>
      )}
      {first.agent !== null && <AgentState agent={first.agent} />}
      {resolved !== null && (
        <Group gap="xs">
          <Text size="xs" c="dimmed" dir="auto">
            {words.resolvedBy(resolved.by)}
          </Text>
          {!isShown && (
            <Button size="compact-xs" variant="subtle" onClick={() => setIsShown(true)}>
              {words.show}
            </Button>
          )}
        </Group>
      )}
      {(resolved === null || isShown) && (
        <>
          {isApart && place.diffHunk !== null && <Hunk hunk={place.diffHunk} />}
          {[first, ...replies].map((comment) => (
            <CommentBody key={comment.id} comment={comment} did={text.review.talk.commented} />
          ))}
          {isHere && <Actions pullRequest={pullRequest} thread={thread} />}
        </>
      )}
    </section>
  );
}

/** The last four lines of the hunk. */
const Hunk = ({ hunk }: { readonly hunk: string }) => (
  <pre className={classes.hunk}>{hunk.split("\n").slice(1).slice(-4).join("\n")}</pre>
);

function Actions({
  pullRequest: { id, status },
  thread: { first, replies },
}: Omit<ReviewThreadProps, "isHere">) {
  const words = text.review.thread;
  const [isReplying, setIsReplying] = useState(false);
  const refresh = useRefresh(id);
  const isResolved = first.resolved !== null;
  const isOutdated = first.place?.isOutdated === true;
  const resolve = useMutation({
    mutationFn: () => tembo.pullRequests.comments.update(id, first.id, { isResolved: !isResolved }),
    onSuccess: refresh,
  });
  const suggested = [first, ...replies].find(({ suggestion }) => suggestion !== null);
  const apply = useMutation({
    mutationFn: () => tembo.pullRequests.comments.apply(id, suggested!.id),
    // Does not reload after an error: a reload would move the thread and hide the error message.
    onSuccess: refresh,
  });
  return (
    <div aria-live="polite">
      {isReplying ? (
        <WriteForm
          label={words.replyTo}
          hint={words.replyTo}
          submit={words.reply}
          onSubmit={async (body) => {
            await tembo.pullRequests.comments.create(id, { body, replyTo: first.id });
            await refresh();
          }}
          onClose={() => setIsReplying(false)}
        />
      ) : (
        <Group gap="xs">
          {suggested !== undefined && !isResolved && !isOutdated && status === "open" && (
            <Button size="xs" loading={apply.isPending} onClick={() => apply.mutate()}>
              {words.apply}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setIsReplying(true)}>
            {words.reply}
          </Button>
          <Button size="xs" variant="default" loading={resolve.isPending} onClick={() => resolve.mutate()}>
            {isResolved ? words.reopen : words.resolve}
          </Button>
        </Group>
      )}
      {apply.isError && <Failed error={apply.error} />}
      {resolve.isError && <Failed error={resolve.error} />}
    </div>
  );
}
