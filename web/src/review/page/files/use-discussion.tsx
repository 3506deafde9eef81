import { useQuery } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { type ReactNode, useState } from "react";
import { tembo } from "../../../api/client.ts";
import type { DiffProps } from "../../../components/diff/diff.tsx";
import { WrittenComment } from "../../../components/diff/written-comment.tsx";
import { Failed } from "../../../components/failed.tsx";
import { AskAgent } from "../ask-agent.tsx";
import { commentsQuery, useRefresh } from "../conversation/conversation-query.ts";
import { ReviewThread } from "../conversation/review-thread.tsx";
import { needsAgent, threadsOf } from "../conversation/threads.ts";
import { type LineComment, toLineComments } from "./line-comment.ts";
import { LineForm } from "./line-form.tsx";

/** The server accepts at most this many threads in one message. */
const MAX_THREADS = 100;

/** The comments on the lines of a pull request, for each view of its changes. */
export interface Discussion {
  readonly isPending: boolean;
  /** Error of the request for the comments, or null. */
  readonly failure: ReactNode;
  readonly comments: Pick<DiffProps, "annotations" | "onComment" | "renderForm">;
  /** Bar that sends the comments to the agent, or false without a session. */
  readonly ask: ReactNode;
}

/** Returns the threads that the server or the forge stores, where other people can see them. */
export function useThreads(pullRequest: PullRequest): Discussion {
  const { id, session, number } = pullRequest;
  const refresh = useRefresh(id);
  const comments = useQuery(commentsQuery(id));
  const threads = threadsOf(comments.data ?? []);
  const waiting = threads.filter(needsAgent).slice(0, MAX_THREADS);
  return {
    isPending: comments.isPending,
    failure: comments.isError && <Failed error={comments.error} onRetry={() => void comments.refetch()} />,
    comments: {
      annotations: threads.flatMap((thread) => {
        const { place } = thread.first;
        if (place === null || place.line === null) return [];
        const content = <ReviewThread key={thread.id} pullRequest={pullRequest} thread={thread} isHere />;
        const { path, side, line, isOutdated } = place;
        return [{ id: thread.id, path, side, line, isElsewhere: isOutdated, content }];
      }),
      onComment: () => undefined,
      renderForm: ({ onAdd: _, ...form }) => (
        <LineForm
          {...form}
          onAdd={async (body, start) => {
            const { path, side, line } = form.place;
            const place = { path, side, line, ...(start < line && { startLine: start }) };
            await tembo.pullRequests.comments.create(id, { body, place });
            await refresh();
          }}
        />
      ),
    },
    ask: session !== null && (
      <AskAgent
        sessionId={session.id}
        number={number}
        comments={waiting.flatMap(toLineComments)}
        pullRequestId={id}
        onSent={refresh}
      />
    ),
  };
}

/** Returns comments that stay in memory until the user sends them to the agent. Without a session, there are none. */
export function useNotes({ session, number }: PullRequest): Discussion {
  const [comments, setComments] = useState<readonly (LineComment & { readonly line: number })[]>([]);
  return {
    isPending: false,
    failure: null,
    comments: {
      annotations: comments.map((comment) => ({
        ...comment,
        content: (
          <WrittenComment
            body={comment.body}
            onRemove={() => setComments((old) => old.filter(({ id }) => id !== comment.id))}
          />
        ),
      })),
      onComment:
        session === null
          ? undefined
          : (place, body) => setComments((old) => [...old, { ...place, body, id: crypto.randomUUID() }]),
    },
    ask: session !== null && (
      <AskAgent sessionId={session.id} number={number} comments={comments} onSent={() => setComments([])} />
    ),
  };
}
