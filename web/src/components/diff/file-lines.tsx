import { useLayoutEffect, useRef, useState } from "react";
import { DiffLines } from "./diff-lines.tsx";
import { MetricsContext, useMetrics } from "./metrics.ts";
import type { DiffFile } from "./parse-patch.ts";
import type { DiffAnnotation } from "./place.ts";
import { useFileRows } from "./use-file-rows.ts";
import { findScroller, Scroller } from "./use-near.ts";
import { useTokens } from "./use-tokens.ts";

const nothing: readonly DiffAnnotation[] = [];
/** The file is known only by its change. */
const noContext = { opened: new Map<number, never>(), lines: null, onOpen: undefined };

/** The changed lines of one file in the unified view, without its name and without comments. */
export function FileLines({ file }: { readonly file: DiffFile }) {
  const ref = useRef<HTMLDivElement>(null);
  const metrics = useMetrics(ref);
  const [scroller, setScroller] = useState<HTMLElement | null>();
  useLayoutEffect(() => setScroller(findScroller(ref.current!)), []);
  const shown = useFileRows(file, { view: "unified", hidesWhitespace: false, context: noContext, metrics });
  const tokens = useTokens(file.path, shown.parts, true);
  return (
    <Scroller value={scroller}>
      <MetricsContext value={metrics}>
        <div ref={ref}>
          <DiffLines
            file={file}
            annotations={nothing}
            rows={shown.rows}
            tokens={tokens}
            numbers={shown.numbers}
            columns={shown.columns}
            onOpenGap={undefined}
          />
        </div>
      </MetricsContext>
    </Scroller>
  );
}
