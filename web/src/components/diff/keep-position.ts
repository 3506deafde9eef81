import { flushSync } from "react-dom";
import { findScroller } from "./use-near.ts";

/**
 * Changes how the files are shown, and scrolls so that the first visible file stays where it is. Otherwise, the heights
 * of the files above it would move it away.
 */
export function keepPosition(viewer: HTMLElement, change: () => void): void {
  const cards = [...viewer.querySelectorAll<HTMLElement>("[data-file]")];
  const scroller = cards[0] === undefined ? null : findScroller(cards[0]);
  const top = scroller?.getBoundingClientRect().top ?? 0;
  const card = cards.find((one) => one.getBoundingClientRect().bottom > top);
  if (scroller === null || card === undefined) {
    change();
    return;
  }
  const before = card.getBoundingClientRect();
  flushSync(change);
  const after = card.getBoundingClientRect();
  // Inside of a long file, the same part of the file stays visible.
  const passed = Math.max(0, top - before.top) / before.height;
  const wanted = passed > 0 ? top - passed * after.height : before.top;
  scroller.scrollTop += after.top - wanted;
}
