import { createContext, type RefObject, useContext, useLayoutEffect, useState } from "react";

/** Distance in pixels from the visible part of the page at which content is rendered. */
const NEAR_PX = 1_000;

interface Watcher {
  readonly observer: IntersectionObserver;
  readonly listeners: Map<Element, (isNear: boolean) => void>;
}

/** The element that scrolls the diff, or null for the window. Undefined until the diff has been laid out. */
export const Scroller = createContext<HTMLElement | null | undefined>(undefined);

/** The observers, by scrolling element, because a diff can watch thousands of elements. */
const watchers = new WeakMap<HTMLElement | Document, Watcher>();

/**
 * Returns true while the element is close to the visible part of the page. Content that contains the focus stays, so
 * that a key does not lose its target while the user scrolls.
 */
export function useNear(ref: RefObject<HTMLElement | null>): boolean {
  const scroller = useContext(Scroller);
  const [isNear, setIsNear] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null || scroller === undefined) return;
    const { observer, listeners } = watcherOf(scroller);
    listeners.set(element, (isNow) =>
      setIsNear((was) => isNow || (was && element.contains(document.activeElement))),
    );
    observer.observe(element);
    // The observer reports after the next frame, which would be blank.
    if (isClose(element, scroller)) setIsNear(true);
    return () => {
      listeners.delete(element);
      observer.unobserve(element);
    };
  }, [ref, scroller]);
  return isNear;
}

function isClose(element: HTMLElement, scroller: HTMLElement | null): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  const visible = scroller?.getBoundingClientRect() ?? { top: 0, bottom: window.innerHeight };
  return bottom >= visible.top - NEAR_PX && top <= visible.bottom + NEAR_PX;
}

/** Returns the nearest ancestor that scrolls, or null if the window scrolls. */
export function findScroller(element: HTMLElement): HTMLElement | null {
  for (let above = element.parentElement; above !== null; above = above.parentElement)
    if (/auto|scroll/.test(getComputedStyle(above).overflowY)) return above;
  return null;
}

function watcherOf(scroller: HTMLElement | null): Watcher {
  const known = watchers.get(scroller ?? document);
  if (known !== undefined) return known;
  const listeners: Watcher["listeners"] = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { root: scroller, rootMargin: `${NEAR_PX}px 0px` },
  );
  const watcher = { observer, listeners };
  watchers.set(scroller ?? document, watcher);
  return watcher;
}
