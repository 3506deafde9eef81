import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Distance from the end in pixels within which the view follows the newest rows. */
const END_PX = 48;

/**
 * Keeps a growing list scrolled to its end until the user scrolls up. The position then remains unchanged until the
 * user returns to the end. `size` is the content height. `newest` is the newest content: `hasNew` is true if it has
 * changed since the user was at the end.
 */
export function useStickToEnd(viewport: RefObject<HTMLElement | null>, size: number, newest?: unknown) {
  const isStuck = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(newest);
  if (isAtEnd && seen !== newest) setSeen(newest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls to the end when the content grows
  useLayoutEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    if (isStuck.current) element.scrollTop = element.scrollHeight;
    setAtEnd(isNearEnd(element));
  }, [viewport, size]);
  useEffect(() => {
    const element = viewport.current;
    if (element === null) return;
    let last = { top: element.scrollTop, height: element.scrollHeight };
    const onScroll = () => {
      const { scrollTop: top, scrollHeight: height } = element;
      // Ignores scroll events that a change of height causes, because they are not actions of the user.
      if (isNearEnd(element)) isStuck.current = true;
      else if (top < last.top && height === last.height) isStuck.current = false;
      last = { top, height };
      setAtEnd(isNearEnd(element));
    };
    // Called when the size of the window or of the content below the list changes.
    const resizes = new ResizeObserver(() => {
      if (isStuck.current) element.scrollTop = element.scrollHeight;
    });
    resizes.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      resizes.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [viewport]);
  const toEnd = () => {
    isStuck.current = true;
    const element = viewport.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  return { isAtEnd, hasNew: !isAtEnd && seen !== newest, toEnd };
}

function isNearEnd({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= END_PX;
}
