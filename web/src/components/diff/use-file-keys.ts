import type { RefObject } from "react";
import { useKeys } from "../../shell/use-keys.ts";
import { fileId, goToFile } from "./diff.tsx";
import type { DiffGroup } from "./diff-group.ts";
import { findScroller } from "./use-near.ts";

/** Height in pixels of what can cover the top of the files: the page's header and the toolbar. */
const COVERED_PX = 120;

/**
 * Handles the keys of a diff: "n" and "p" lead to the next and the previous file, and "v" marks the current file as
 * viewed. The current file is the focused one if it is visible, or else the first visible one.
 */
export function useFileKeys(ref: RefObject<HTMLElement | null>, groups: readonly DiffGroup[]): void {
  const all = groups.flatMap(({ name, files, viewed, onViewed }) =>
    files.map(({ path }, index) => ({ id: fileId(name, index), name, index, path, viewed, onViewed })),
  );
  const findCurrent = () => {
    const { top, bottom } = findScroller(ref.current!)?.getBoundingClientRect() ?? {
      top: 0,
      bottom: window.innerHeight,
    };
    const isVisible = (id: string) => {
      const card = document.getElementById(id)?.getBoundingClientRect();
      return card !== undefined && card.bottom > top + COVERED_PX && card.top < bottom;
    };
    const focused = document.activeElement?.closest("[data-file]")?.id;
    if (focused !== undefined && isVisible(focused))
      return { at: all.findIndex(({ id }) => id === focused), isFocused: true };
    return { at: all.findIndex(({ id }) => isVisible(id)), isFocused: false };
  };
  const go = (step: number) => {
    const { at, isFocused } = findCurrent();
    const to = all[step > 0 && !isFocused ? at : at + step];
    if (to === undefined) return false;
    goToFile(to.name, to.index);
    return true;
  };
  useKeys({
    n: () => go(1),
    p: () => go(-1),
    v: () => {
      const file = all[findCurrent().at];
      if (file === undefined) return false;
      file.onViewed(file.path, !file.viewed.has(file.path));
      return true;
    },
  });
}
