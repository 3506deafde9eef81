import { type TouchEvent, useRef } from "react";

const MIN_PX = 60;
const MAX_MS = 600;

interface Touched {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

/**
 * Returns 1 for a quick swipe to the left, which shows the next tab, and -1 for one to the right. Returns 0 for anything
 * else, such as scrolling. Pure.
 */
export function decideSwipe(from: Touched, to: Touched): -1 | 0 | 1 {
  const [x, y] = [to.x - from.x, to.y - from.y];
  if (to.at - from.at > MAX_MS || Math.abs(x) < MIN_PX || Math.abs(x) < 2 * Math.abs(y)) return 0;
  return x < 0 ? 1 : -1;
}

/**
 * Returns handlers that report swipes. Ignores touches on elements that use sideways movement themselves, in a dialog or
 * menu, and while the page is zoomed, when a finger moves the visible part.
 */
export function useSwipe(onSwipe: (step: -1 | 1) => void) {
  const start = useRef<Touched | null>(null);
  return {
    onTouchStart: (event: TouchEvent<HTMLElement>) => {
      const target = event.target as Element;
      const isOwn =
        event.touches.length === 1 &&
        !isZoomed() &&
        // Events of dialogs and menus also reach the components around them, but their elements are elsewhere.
        event.currentTarget.contains(target) &&
        !usesSideways(target, event.currentTarget);
      start.current = isOwn ? touchedAt(event) : null;
    },
    onTouchEnd: (event: TouchEvent<HTMLElement>) => {
      const from = start.current;
      start.current = null;
      if (from === null || getSelection()?.isCollapsed === false) return;
      const step = decideSwipe(from, touchedAt(event));
      if (step !== 0) onSwipe(step);
    },
    onTouchCancel: () => {
      start.current = null;
    },
  };
}

const isZoomed = () => (window.visualViewport?.scale ?? 1) > 1.01;

function touchedAt({ changedTouches, timeStamp }: TouchEvent<HTMLElement>): Touched {
  const { clientX: x, clientY: y } = changedTouches[0]!;
  return { x, y, at: timeStamp };
}

/** True if the element, or one around it up to `end`, is a field, a terminal, an embedded page or scrolls sideways. */
function usesSideways(element: Element, end: Element): boolean {
  for (let one: Element | null = element; one !== null && one !== end; one = one.parentElement) {
    if (one.matches("input, textarea, iframe, .xterm, [role=tablist], [role=slider]")) return true;
    if (one.scrollWidth > one.clientWidth && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
  }
  return false;
}
