import { type ReactNode, useLayoutEffect, useRef } from "react";
import { useNear } from "./use-near.ts";

interface LineChunkProps {
  /** Height of the rows in pixels. */
  readonly height: number;
  readonly children: () => ReactNode;
}

/**
 * Consecutive rows of a diff. Renders them while they are close to the visible part of the page, and reserves their
 * height otherwise, so that a diff of thousands of lines stays fast and keeps its positions.
 */
export function LineChunk({ height, children }: LineChunkProps) {
  const ref = useRef<HTMLDivElement>(null);
  const isNear = useNear(ref);
  /** Height after rendering. It differs if the font has no glyph for a character and another font replaces it. */
  const measured = useRef({ of: height, height });
  useLayoutEffect(() => {
    if (isNear) measured.current = { of: height, height: ref.current!.getBoundingClientRect().height };
  });
  const reserved = measured.current.of === height ? measured.current.height : height;
  return (
    <div ref={ref} style={isNear ? undefined : { height: reserved }}>
      {isNear && children()}
    </div>
  );
}
