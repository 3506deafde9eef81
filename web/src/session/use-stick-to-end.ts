import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Nearer to the end than this a person reads along. */
const END_PX = 48;

/**
 * Keeps a list that grows at its end, until a person scrolls up; from there nothing moves until they are at the end again.
 * `size` is the height of what is in it.
 */
export function useStickToEnd(viewport: RefObject<HTMLElement | null>, size: number) {
  const isStuck = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what grew is seen at its end
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
      // A list that only grew or shrank has been scrolled by nobody.
      if (isNearEnd(element)) isStuck.current = true;
      else if (top < last.top && height === last.height) isStuck.current = false;
      last = { top, height };
      setAtEnd(isNearEnd(element));
    };
    // The window or what stands below it took or gave room.
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
  return { isAtEnd, toEnd };
}

function isNearEnd({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= END_PX;
}
