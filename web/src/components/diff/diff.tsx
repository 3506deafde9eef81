import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { text } from "../../text/index.ts";
import classes from "./diff.module.css";
import { DiffFileCard, type DiffFileCardProps } from "./diff-file.tsx";
import type { DiffFormProps } from "./diff-lines.tsx";
import { MetricsContext, useMetrics } from "./metrics.ts";
import type { DiffFile } from "./parse-patch.ts";
import type { DiffAnnotation, DiffPlace } from "./place.ts";
import { findScroller, Scroller } from "./use-near.ts";

/** Maximum number of files in the page. More files would make it slow, even if most of them only reserve their height. */
const MAX_FILES = 5_000;

/** Maximum number of files whose names are all in the page, where the search of the browser and screen readers find them. */
const MAX_NAMES = 300;

export interface DiffProps extends Pick<DiffFileCardProps, "view" | "onComment" | "renderForm"> {
  readonly files: readonly DiffFile[];
  /** Prefix of each file's element ID. It keeps the IDs unique if a page contains several diffs. See `goToFile`. */
  readonly name: string;
  readonly annotations?: readonly DiffAnnotation[] | undefined;
  readonly hidesWhitespace?: boolean;
  readonly source?: DiffFileCardProps["source"];
  /** Paths of the viewed files. */
  readonly viewed?: ReadonlySet<string>;
  readonly onViewed?: DiffFileCardProps["onViewed"];
}

const nothing: readonly DiffAnnotation[] = [];
const noPaths: ReadonlySet<string> = new Set();

/** Changes to several files, one card per file. Users can comment on lines if `onComment` is set. */
export function Diff({ files, name, annotations = nothing, viewed = noPaths, ...props }: DiffProps) {
  const { view, hidesWhitespace = false, source = null, onComment, renderForm, onViewed } = props;
  const ref = useRef<HTMLDivElement>(null);
  const metrics = useMetrics(ref);
  const [scroller, setScroller] = useState<HTMLElement | null>();
  useLayoutEffect(() => setScroller(findScroller(ref.current!)), []);
  const byPath = Map.groupBy(annotations, ({ path }) => path);
  // Functions that never change, because each change would render thousands of cards.
  const latest = useRef({ onComment, renderForm, onViewed });
  useLayoutEffect(() => {
    latest.current = { onComment, renderForm, onViewed };
  });
  const [calls] = useState(() => ({
    onComment: (place: DiffPlace, body: string) => latest.current.onComment?.(place, body),
    renderForm: (form: DiffFormProps): ReactNode => latest.current.renderForm?.(form),
    onViewed: (path: string, isViewed: boolean) => latest.current.onViewed?.(path, isViewed),
  }));
  return (
    <Scroller value={scroller}>
      <MetricsContext value={metrics}>
        <div ref={ref} className={classes.files}>
          {files.slice(0, MAX_FILES).map((file, index) => (
            <DiffFileCard
              key={file.path}
              id={fileId(name, index)}
              file={file}
              view={view}
              hidesWhitespace={hidesWhitespace}
              keepsName={files.length <= MAX_NAMES}
              source={source}
              annotations={byPath.get(file.path) ?? nothing}
              onComment={onComment && calls.onComment}
              renderForm={renderForm && calls.renderForm}
              isViewed={viewed.has(file.path)}
              onViewed={onViewed && calls.onViewed}
            />
          ))}
          {files.length > MAX_FILES && (
            <p className={classes.note}>{text.diff.manyFiles(MAX_FILES, files.length)}</p>
          )}
        </div>
      </MetricsContext>
    </Scroller>
  );
}

export const fileId = (name: string, index: number) => `${name}-${index}`;

export function goToFile(name: string, index: number): void {
  const file = document.getElementById(fileId(name, index));
  file?.scrollIntoView({ block: "start" });
  file?.focus({ preventScroll: true });
}
