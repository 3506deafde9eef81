import classes from "./diff.module.css";
import { DiffFileCard } from "./diff-file.tsx";
import type { DiffLinesProps } from "./diff-lines.tsx";
import type { DiffFile } from "./parse-patch.ts";
import type { DiffAnnotation } from "./place.ts";

export interface DiffProps extends Pick<DiffLinesProps, "view" | "onComment" | "renderForm"> {
  readonly files: readonly DiffFile[];
  /** Prefix of each file's element ID. It keeps the IDs unique if a page contains several diffs. See `goToFile`. */
  readonly name: string;
  readonly annotations?: readonly DiffAnnotation[] | undefined;
}

const nothing: readonly DiffAnnotation[] = [];

/** Changes to several files, one card per file. Users can comment on lines if `onComment` is set. */
export function Diff({ files, name, view, annotations = nothing, onComment, renderForm }: DiffProps) {
  const byPath = Map.groupBy(annotations, ({ path }) => path);
  return (
    <div className={classes.files}>
      {files.map((file, index) => (
        <DiffFileCard
          key={file.path}
          id={fileId(name, index)}
          file={file}
          view={view}
          annotations={byPath.get(file.path) ?? nothing}
          onComment={onComment}
          renderForm={renderForm}
        />
      ))}
    </div>
  );
}

const fileId = (name: string, index: number) => `${name}-${index}`;

export function goToFile(name: string, index: number): void {
  const file = document.getElementById(fileId(name, index));
  file?.scrollIntoView({ block: "start" });
  file?.focus({ preventScroll: true });
}
