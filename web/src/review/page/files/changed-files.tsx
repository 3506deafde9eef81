import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PullRequest } from "@tembo-io/sdk";
import { useMemo, useState } from "react";
import { tembo } from "../../../api/client.ts";
import type { DiffGroup } from "../../../components/diff/diff-group.ts";
import { DiffViewer } from "../../../components/diff/diff-viewer.tsx";
import { type DiffFile, parsePatch } from "../../../components/diff/parse-patch.ts";
import { useViewedGroups } from "../../../components/diff/use-viewed.ts";
import { WrittenComment } from "../../../components/diff/written-comment.tsx";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { text } from "../../../text/index.ts";
import { AskAgent } from "../ask-agent.tsx";
import { commentsQuery, useRefresh } from "../conversation/conversation-query.ts";
import { ReviewThread } from "../conversation/review-thread.tsx";
import { needsAgent, threadsOf } from "../conversation/threads.ts";
import { type LineComment, toLineComments } from "./line-comment.ts";
import { LineForm } from "./line-form.tsx";

/** The server accepts at most this many threads in one message. */
const MAX_THREADS = 100;

interface ChangedFilesProps {
  readonly pullRequest: PullRequest;
  /** True if comments are stored on the forge, where other people can see them. */
  readonly isHere: boolean;
}

/**
 * The patch of a pull request. Users can comment on lines on the built-in forge, or if a session can address the
 * comments. With a session, they can ask its agent to address all comments at once.
 */
export function ChangedFiles({ pullRequest, isHere }: ChangedFilesProps) {
  const { session, diff, externalProvider } = pullRequest;
  const isBuiltIn = externalProvider === "local";
  const patch = diff?.data ?? "";
  const files = useMemo(() => parsePatch(patch), [patch]);
  if (patch === "") return <Text size="sm">{text.review.files.none(isBuiltIn)}</Text>;
  if (files.length === 0) return <Text size="sm">{text.review.files.unreadable(isBuiltIn)}</Text>;
  return (
    <>
      {(isHere || session !== null) && (
        <Text size="xs" c="dimmed" mb="xs">
          {text.review.files.hint}
        </Text>
      )}
      {isHere ? (
        <Discussed pullRequest={pullRequest} files={files} />
      ) : (
        <Noted pullRequest={pullRequest} files={files} />
      )}
    </>
  );
}

interface FilesProps {
  readonly pullRequest: PullRequest;
  readonly files: readonly DiffFile[];
}

/** Returns what the viewer shows of the pull request besides comments. */
function useGroup({ pullRequest, files }: FilesProps) {
  const { id, diff, headSha, codeRepository } = pullRequest;
  const scoped = useMemo(() => [{ scope: `pull request ${id}`, files, head: headSha }], [id, files, headSha]);
  const [viewed] = useViewedGroups(scoped);
  const { additions, deletions } = diff!;
  const shown = files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  return {
    ...viewed!,
    name: "changed",
    title: text.review.files.title,
    files,
    source:
      codeRepository === null || headSha === null ? null : { repositoryId: codeRepository.id, sha: headSha },
    changedFiles: files.length,
    additions,
    deletions,
    omitted: shown < additions + deletions ? text.review.files.cut : undefined,
  } satisfies DiffGroup;
}

/** The patch, with the forge's threads next to their lines. Outdated threads are shown above their file. */
function Discussed({ pullRequest, files }: FilesProps) {
  const { id, session, number } = pullRequest;
  const group = useGroup({ pullRequest, files });
  const refresh = useRefresh(id);
  const comments = useQuery(commentsQuery(id));
  const threads = threadsOf(comments.data ?? []);
  const waiting = threads.filter(needsAgent).slice(0, MAX_THREADS);
  // Shows the files with their threads, which would otherwise move the lines when they appear.
  if (comments.isPending) return <Loading label={text.review.files.loading} />;
  return (
    <>
      {comments.isError && <Failed error={comments.error} onRetry={() => void comments.refetch()} />}
      <DiffViewer
        groups={[
          {
            ...group,
            annotations: threads.flatMap((thread) => {
              const { place } = thread.first;
              if (place === null || place.line === null) return [];
              const content = (
                <ReviewThread key={thread.id} pullRequest={pullRequest} thread={thread} isHere />
              );
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
        ]}
      />
      {session !== null && (
        <AskAgent
          sessionId={session.id}
          number={number}
          comments={waiting.flatMap(toLineComments)}
          pullRequestId={id}
          onSent={refresh}
        />
      )}
    </>
  );
}

/** The patch, with comments that stay in memory until the user sends them to the agent. */
function Noted({ pullRequest, files }: FilesProps) {
  const { session, number } = pullRequest;
  const group = useGroup({ pullRequest, files });
  const [comments, setComments] = useState<readonly (LineComment & { readonly line: number })[]>([]);
  return (
    <>
      <DiffViewer
        groups={[
          {
            ...group,
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
                : (place, body) =>
                    setComments((old) => [...old, { ...place, body, id: crypto.randomUUID() }]),
          },
        ]}
      />
      {session !== null && (
        <AskAgent sessionId={session.id} number={number} comments={comments} onSent={() => setComments([])} />
      )}
    </>
  );
}
