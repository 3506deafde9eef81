import { useElementSize, useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { memo, useMemo } from "react";
import { goToFile } from "../../../components/diff/diff.tsx";
import { FileTree } from "../../../components/diff/file-tree.tsx";
import { parsePatch } from "../../../components/diff/parse-patch.ts";
import { Failed } from "../../../components/failed.tsx";
import { Loading } from "../../../components/loading/loading.tsx";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import type { PanelProps } from "../panel-props.ts";
import { versionOf } from "../version-of.ts";
import classes from "./changes-panel.module.css";
import { changesQuery, changingTypes } from "./changes-query.ts";
import { ChangesToolbar, type DiffView } from "./changes-toolbar.tsx";
import { CommentBar } from "./comment-bar.tsx";
import { RepositoryChanges } from "./repository-changes.tsx";
import { useComments } from "./use-comments.ts";

/** Minimum panel width for two readable columns of code. */
const MIN_SPLIT_WIDTH_PX = 700;
/**
 * Minimum panel width for the file tree next to the files. In a narrower panel, the tree is above the files and hidden
 * by default.
 */
const MIN_TREE_WIDTH_PX = 760;

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
  const { ref, width } = useElementSize();
  const [view, setView] = useRemembered<DiffView>("tembo.diffView", "unified");
  const [wantsTree, setWantsTree] = useRemembered<boolean | null>("tembo.diffTree", null);
  const { comments, add, remove, clear } = useComments(sessionId);
  const repositories = useMemo(
    () => changes.data?.map((diff) => ({ diff, files: parsePatch(diff.data) })) ?? [],
    [changes.data],
  );
  if (changes.isPending) {
    return <Loading />;
  }
  if (changes.isLoadingError) return <Failed error={changes.error} onRetry={() => void changes.refetch()} />;
  if (repositories.length === 0) return <Nothing>{text.panel.changes.none}</Nothing>;
  const hasTree = wantsTree ?? width >= MIN_TREE_WIDTH_PX;
  const canSplit = width >= MIN_SPLIT_WIDTH_PX;
  return (
    <>
      <ChangesToolbar
        diffs={changes.data}
        hasTree={hasTree}
        onTree={setWantsTree}
        view={view}
        onView={canSplit ? setView : null}
      />
      <div ref={ref} className={classes.body}>
        {hasTree && (
          <div className={classes.tree}>
            {repositories.map(({ diff, files }) => (
              <section key={diff.id} aria-label={diff.root}>
                {repositories.length > 1 && <p className={classes.root}>{diff.root}</p>}
                <FileTree files={files} onSelect={(index) => goToFile(diff.id, index)} />
              </section>
            ))}
          </div>
        )}
        <div className={classes.files}>
          {repositories.map(({ diff, files }) => (
            <RepositoryChanges
              key={diff.id}
              diff={diff}
              files={files}
              isOne={repositories.length === 1}
              view={canSplit ? view : "unified"}
              comments={comments.filter(({ root }) => root === diff.root)}
              onComment={add}
              onRemove={remove}
            />
          ))}
        </div>
      </div>
      <CommentBar sessionId={sessionId} comments={comments} onClear={clear} />
    </>
  );
});

function useRemembered<Value>(key: string, defaultValue: Value) {
  return useLocalStorage<Value>({ key, defaultValue, getInitialValueInEffect: false });
}
