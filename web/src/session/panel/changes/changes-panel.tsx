import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SessionDiffWithData } from "@tembo-io/sdk";
import { memo, useMemo } from "react";
import type { DiffGroup } from "../../../components/diff/diff-group.ts";
import { DiffViewer } from "../../../components/diff/diff-viewer.tsx";
import { parsePatch } from "../../../components/diff/parse-patch.ts";
import { useViewedGroups } from "../../../components/diff/use-viewed.ts";
import { WrittenComment } from "../../../components/diff/written-comment.tsx";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import { changesQuery, changingTypes } from "./changes-query.ts";
import { CommentBar } from "./comment-bar.tsx";
import { lineAt } from "./line-at.ts";
import { useComments } from "./use-comments.ts";

/** The session's changes in each repository, with comments for the agent. */
export function ChangesPanel({ session, events }: PanelProps) {
  return <Changes sessionId={session.id} version={versionOf(events, changingTypes)} />;
}

interface ChangesProps {
  readonly sessionId: string;
  /** ID of the last event that changed the diffs. */
  readonly version: number;
}

/**
 * Changes of all repositories. Memoized, because events arrive many times per second and long diffs are slow to render.
 */
const Changes = memo(({ sessionId, version }: ChangesProps) => {
  const changes = useQuery(changesQuery(sessionId, version));
  const { comments, add, remove, clear } = useComments(sessionId);
  const repositories = useMemo(
    () =>
      (changes.data ?? []).map((diff) => ({
        diff,
        files: parsePatch(diff.data),
        scope: `session ${sessionId} ${diff.root}`,
        head: diff.headSha,
        source:
          diff.codeRepositoryId === null || diff.headSha === null
            ? null
            : { repositoryId: diff.codeRepositoryId, sha: diff.headSha },
      })),
    [changes.data, sessionId],
  );
  const viewedGroups = useViewedGroups(repositories);
  if (changes.isPending) return <Loading />;
  if (changes.isLoadingError) return <Failed error={changes.error} onRetry={() => void changes.refetch()} />;
  if (repositories.length === 0) return <Nothing>{text.panel.changes.none}</Nothing>;
  const groups = repositories.map(({ diff, files, source }, index): DiffGroup => {
    const { id, root, changedFiles, additions, deletions } = diff;
    return {
      ...viewedGroups[index]!,
      name: id,
      title: root,
      heading: <Heading diff={diff} />,
      files,
      source,
      changedFiles,
      additions,
      deletions,
      omitted: files.length < changedFiles ? text.panel.changes.cut(files.length, changedFiles) : undefined,
      annotations: comments
        .filter((comment) => comment.root === root)
        .map((comment) => ({
          ...comment,
          content: <WrittenComment body={comment.body} onRemove={() => remove(comment.id)} />,
        })),
      onComment: (place, body) => add({ root, ...place, quoted: lineAt(files, place), body }),
    };
  });
  return (
    <>
      <DiffViewer groups={groups} isPanel />
      <CommentBar sessionId={sessionId} comments={comments} onClear={clear} />
    </>
  );
});

const Heading = ({ diff: { root, branch } }: { readonly diff: SessionDiffWithData }) => (
  <Title order={3} dir="auto">
    {root}{" "}
    {branch !== null && (
      <Text span size="xs" c="dimmed">
        {text.panel.changes.branch(branch)}
      </Text>
    )}
  </Title>
);
