import { useLocalStorage } from "@mantine/hooks";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { Diff, goToFile } from "./diff.tsx";
import type { DiffGroup } from "./diff-group.ts";
import { DiffToolbar } from "./diff-toolbar.tsx";
import classes from "./diff-viewer.module.css";
import { FileTree } from "./file-tree.tsx";
import { keepPosition } from "./keep-position.ts";
import type { DiffView } from "./rows.ts";
import { useFileKeys } from "./use-file-keys.ts";

/** Minimum width in pixels for two columns of code, and for the tree next to the files. */
const MIN_SPLIT_PX = 560;
const MIN_TREE_PX = 760;

interface DiffViewerProps {
  readonly groups: readonly DiffGroup[];
  /** True if the viewer fills its parent and scrolls itself. Otherwise, it is part of a page that scrolls. */
  readonly isPanel?: boolean;
}

/**
 * Changed files with a tree, in the unified or the split view. The keys `n` and `p` lead to the next and the previous
 * file, and `v` marks the current one as viewed.
 */
export function DiffViewer({ groups, isPanel = false }: DiffViewerProps) {
  const ref = useRef<HTMLDivElement>(null);
  const width = useWidth(ref);
  const [view, setView] = useRemembered<DiffView>("tembo.diffView", "unified");
  const [wantsTree, setWantsTree] = useRemembered<boolean | null>("tembo.diffTree", null);
  const [hidesWhitespace, setHidesWhitespace] = useRemembered("tembo.diffWhitespace", false);
  const hasTree = wantsTree ?? width >= MIN_TREE_PX;
  const canSplit = width - (hasTree && width >= MIN_TREE_PX ? 240 : 0) >= MIN_SPLIT_PX;
  const isOne = groups.length === 1;
  useFileKeys(ref, groups);
  const sum = (field: "changedFiles" | "additions" | "deletions") =>
    groups.reduce((total, group) => total + group[field], 0);
  return (
    <div ref={ref} className={classes.viewer} data-panel={isPanel || undefined}>
      <DiffToolbar
        counts={{ files: sum("changedFiles"), additions: sum("additions"), deletions: sum("deletions") }}
        viewedFiles={groups.reduce((total, { viewed }) => total + viewed.size, 0)}
        hasTree={hasTree}
        onTree={setWantsTree}
        hidesWhitespace={hidesWhitespace}
        onWhitespace={(hides) => keepPosition(ref.current!, () => setHidesWhitespace(hides))}
        view={view}
        onView={canSplit ? (next) => keepPosition(ref.current!, () => setView(next)) : null}
      />
      <div className={classes.body}>
        {hasTree && (
          <div className={classes.tree}>
            {groups.map(({ name, title, files, viewed }) => (
              <section key={name} aria-label={title}>
                {!isOne && <p className={classes.root}>{title}</p>}
                <FileTree files={files} viewed={viewed} onSelect={(index) => goToFile(name, index)} />
              </section>
            ))}
          </div>
        )}
        <div className={classes.files}>
          {/* Rendered once the width is known, so that the view does not change after the first frame. */}
          {width > 0 &&
            groups.map((group) => (
              <section key={group.name} className={classes.group} aria-label={group.title}>
                {!isOne && group.heading}
                <Diff {...group} view={canSplit ? view : "unified"} hidesWhitespace={hidesWhitespace} />
                {group.omitted !== undefined && <p className={classes.omitted}>{group.omitted}</p>}
              </section>
            ))}
        </div>
      </div>
    </div>
  );
}

/** Returns the width of the element in pixels. Measures it before the first paint, so that nothing moves after it. */
function useWidth(ref: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = () => setWidth(element.getBoundingClientRect().width);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

function useRemembered<Value>(key: string, defaultValue: Value) {
  return useLocalStorage<Value>({ key, defaultValue, getInitialValueInEffect: false });
}
