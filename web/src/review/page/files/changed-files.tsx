import { Text } from "@mantine/core";
import type { PullRequest } from "@tembo-io/sdk";
import { useMemo } from "react";
import type { DiffGroup } from "../../../components/diff/diff-group.ts";
import { DiffViewer } from "../../../components/diff/diff-viewer.tsx";
import { type DiffFile, parsePatch } from "../../../components/diff/parse-patch.ts";
import { useViewedGroups } from "../../../components/diff/use-viewed.ts";
import { Loading } from "../../../components/loading/loading.tsx";
import { text } from "../../../text/index.ts";
import { type Discussion, useNotes, useThreads } from "./use-discussion.tsx";

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
  const group = useGroup({ pullRequest, files });
  const discussion = useThreads(pullRequest);
  // Shows the files with their threads, which would otherwise move the lines when they appear.
  if (discussion.isPending) return <Loading label={text.review.files.loading} />;
  return <Shown group={group} discussion={discussion} />;
}

/** The patch, with comments that stay in memory until the user sends them to the agent. */
function Noted({ pullRequest, files }: FilesProps) {
  return <Shown group={useGroup({ pullRequest, files })} discussion={useNotes(pullRequest)} />;
}

function Shown({ group, discussion }: { readonly group: DiffGroup; readonly discussion: Discussion }) {
  return (
    <>
      {discussion.failure}
      <DiffViewer groups={[{ ...group, ...discussion.comments }]} />
      {discussion.ask}
    </>
  );
}
