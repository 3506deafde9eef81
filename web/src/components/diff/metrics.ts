import { createContext, type RefObject, useLayoutEffect, useState } from "react";
import type { DiffFile } from "./parse-patch.ts";
import type { DiffView } from "./rows.ts";

/** Width of the files and of a character of the monospaced font, in pixels. */
export interface Metrics {
  readonly width: number;
  readonly character: number;
}

/** Measures of the diff. Null until it has been laid out. */
export const MetricsContext = createContext<Metrics | null>(null);

/** Widths in pixels. `diff-lines.module.css` uses the same. */
const BORDER = 1;
const NUMBER_SPACE = 16;
const SIGN = 16;
const END = 8;
const MIN_DIGITS = 3;
const MIN_COLUMNS = 8;

/** Measures the diff before it is painted, and again if its width changes. */
export function useMetrics(ref: RefObject<HTMLElement | null>): Metrics | null {
  const [metrics, setMetrics] = useState<Metrics | null>(null);
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = () => {
      const { width } = element.getBoundingClientRect();
      const character = measureCharacter(element);
      setMetrics((old) => (old?.width === width && old.character === character ? old : { width, character }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return metrics;
}

/** Returns the width of a column of line numbers in pixels. */
export const numberWidth = (file: DiffFile, { character }: Metrics) =>
  Math.ceil(Math.max(MIN_DIGITS, digitsOf(file)) * character) + NUMBER_SPACE;

/** Returns the number of characters that fit into a cell. */
export function columnsIn(view: DiffView, { width, character }: Metrics, numbers: number): number {
  const inner = width - 2 * BORDER;
  const room = view === "unified" ? inner - 2 * numbers - SIGN - END : inner / 2 - numbers - SIGN - END;
  return Math.max(MIN_COLUMNS, Math.floor((room - 0.1) / character));
}

function digitsOf({ hunks }: DiffFile): number {
  const last = hunks.at(-1);
  if (last === undefined) return 0;
  return `${Math.max(last.oldStart + last.oldLines, last.newStart + last.newLines)}`.length;
}

function measureCharacter(element: HTMLElement): number {
  const probe = document.createElement("code");
  probe.textContent = "0".repeat(100);
  probe.style.cssText =
    "position:absolute;visibility:hidden;white-space:pre;padding:0;font:var(--mantine-font-size-xs) var(--mantine-font-family-monospace)";
  element.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width / 100;
}
