import { Text, Title } from "@mantine/core";
import { IconGitCommit, IconGitMerge, IconGitPullRequestClosed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { PullRequest, PullRequestStatus } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { tembo } from "../../../api/client.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { text } from "../../../text/index.ts";
import { titleOf } from "../commits.tsx";
import { CommentBody } from "./comment-body.tsx";
import classes from "./conversation.module.css";
import { commentsQuery, commitsQuery, useRefresh } from "./conversation-query.ts";
import { ReviewThread } from "./review-thread.tsx";
import { threadsOf } from "./threads.ts";
import { WriteForm } from "./write-form.tsx";

interface ConversationProps {
  readonly pullRequest: PullRequest;
  readonly status: PullRequestStatus | undefined;
}

/** Timeline of comments and events of a pull request. */
export function Conversation({ pullRequest, status }: ConversationProps) {
  const { id } = pullRequest;
  const isHere = status?.reviewsHere === true;
  const words = text.review.talk;
  const comments = useQuery(commentsQuery(id));
  const commits = useQuery({ ...commitsQuery(id), enabled: isHere });
  const refresh = useRefresh(id);
  if (comments.isLoadingError)
    return <Failed error={comments.error} onRetry={() => void comments.refetch()} />;
  if (comments.data === undefined) return <Loading label={words.loading} />;
  const entries: Entry[] = [
    ...comments.data
      .filter(({ kind }) => kind !== "inline")
      .map((comment) => ({
        id: comment.id,
        at: comment.createdAt,
        content: (
          <CommentBody
            comment={comment}
            did={comment.review === null ? words.commented : words.review[comment.review]}
          />
        ),
      })),
    ...threadsOf(comments.data).map((thread) => ({
      id: thread.first.id,
      at: thread.first.createdAt,
      content: <ReviewThread pullRequest={pullRequest} thread={thread} isHere={isHere} isApart />,
    })),
    ...(commits.data ?? []).map(({ sha, message, author, committedAt }) => ({
      id: sha,
      at: committedAt,
      content: (
        <Event icon={<IconGitCommit size={16} aria-hidden />} who={author.name} at={committedAt}>
          {words.committed} <bdi>{titleOf(message)}</bdi>
        </Event>
      ),
    })),
    ...endEntries(pullRequest, status),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return (
    <section aria-labelledby="conversation">
      <Title order={2} id="conversation" mb="xs">
        {words.title}
      </Title>
      <ol className={classes.list}>
        {entries.map(({ id: key, content }) => (
          <li key={key}>{content}</li>
        ))}
      </ol>
      <div style={{ marginTop: 16 }}>
        {isHere ? (
          <WriteForm
            label={words.write}
            hint={words.hint}
            submit={words.add}
            onSubmit={async (body) => {
              await tembo.pullRequests.comments.create(id, { body });
              await refresh();
            }}
          />
        ) : (
          status !== undefined && (
            <Text size="sm" c="dimmed">
              {words.elsewhere}
            </Text>
          )
        )}
      </div>
    </section>
  );
}

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly content: ReactNode;
}

function endEntries(
  { status, mergedAt }: PullRequest,
  reported: PullRequestStatus | undefined,
): readonly Entry[] {
  const at = reported?.ended?.at ?? mergedAt;
  if (status === "open" || at === null) return [];
  const words = text.review.talk;
  const Icon = status === "merged" ? IconGitMerge : IconGitPullRequestClosed;
  return [
    {
      id: "end",
      at,
      content: (
        <Event icon={<Icon size={16} aria-hidden />} who={reported?.ended?.by ?? words.somebody} at={at}>
          {words.ended[status]}
        </Event>
      ),
    },
  ];
}

function Event(props: {
  readonly icon: ReactNode;
  readonly who: string;
  readonly at: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.event}>
      {props.icon}
      <strong dir="auto">{props.who}</strong>
      <span>{props.children}</span>
      <TimeAgo at={props.at} />
    </div>
  );
}
