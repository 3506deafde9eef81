import "react-diff-view/style/index.css";
import { Button, CloseButton, Group, Textarea, UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type ChangeData, Decoration, Diff, type FileData, getChangeKey, Hunk } from "react-diff-view";
import { text } from "../../text/index.ts";
import classes from "./changed-files.module.css";
import type { LineComment } from "./line-comment.ts";

type Place = Pick<LineComment, "path" | "side" | "line">;

/** One file of a patch with what is said of its lines. */
export function ChangedFile({
  file,
  comments,
  onAdd,
  onRemove,
}: {
  readonly file: FileData;
  readonly comments: readonly LineComment[];
  /** Absent: nobody would read a comment. */
  readonly onAdd: ((comment: Omit<LineComment, "id">) => void) | undefined;
  readonly onRemove: (id: string) => void;
}) {
  const [open, setOpen] = useState<string | null>(null);
  const path = file.type === "delete" ? file.oldPath : file.newPath;
  const isMoved = file.type === "rename" || file.type === "copy";
  const widgets = widgetsOf(file, (key, place) => {
    const own = comments.filter((one) => isSame(one, place));
    if (own.length === 0 && open !== key) return null;
    return (
      <div className={classes.widget}>
        {own.map((one) => (
          <div key={one.id} className={classes.comment}>
            <p dir="auto">{one.body}</p>
            <CloseButton size="sm" aria-label={text.review.files.remove} onClick={() => onRemove(one.id)} />
          </div>
        ))}
        {open === key && (
          <CommentForm
            label={labelOf(place)}
            onAdd={(body) => {
              onAdd?.({ ...place, body });
              setOpen(null);
            }}
            onCancel={() => setOpen(null)}
          />
        )}
      </div>
    );
  });
  return (
    <section className={classes.file} aria-label={path}>
      <header className={classes.head}>
        <code dir="auto">{path}</code>
        {isMoved && <span dir="auto">{text.review.files.moved(file.oldPath)}</span>}
      </header>
      {file.isBinary && <p className={classes.note}>{text.review.files.binary}</p>}
      {file.hunks.length > 0 && (
        <div className={classes.lines}>
          <Diff
            viewType="unified"
            diffType={file.type}
            hunks={file.hunks}
            widgets={widgets}
            className={classes.table!}
            renderGutter={({ change, side, renderDefault }) => {
              const place = placeOf(path, change);
              if (onAdd === undefined || place.side !== side) return renderDefault();
              return (
                <UnstyledButton
                  className={classes.number}
                  aria-label={labelOf(place)}
                  onClick={() => setOpen(getChangeKey(change))}
                >
                  {place.line}
                </UnstyledButton>
              );
            }}
          >
            {(hunks) =>
              hunks.flatMap((hunk) => [
                <Decoration key={`at ${hunk.content}`} className={classes.hunk!}>
                  <span dir="auto">{hunk.content}</span>
                </Decoration>,
                <Hunk key={hunk.content} hunk={hunk} />,
              ])
            }
          </Diff>
        </div>
      )}
    </section>
  );
}

function CommentForm({
  label,
  onAdd,
  onCancel,
}: {
  readonly label: string;
  readonly onAdd: (body: string) => void;
  readonly onCancel: () => void;
}) {
  const [body, setBody] = useState("");
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(body.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <Textarea
        ref={(element) => element?.focus()}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        aria-label={label}
        placeholder={text.review.files.placeholder}
        autosize
        minRows={2}
        maxRows={10}
        dir="auto"
      />
      <Group gap="xs" justify="flex-end">
        <Button size="xs" variant="default" onClick={onCancel}>
          {text.review.files.cancel}
        </Button>
        <Button size="xs" type="submit" disabled={body.trim() === ""}>
          {text.review.files.add}
        </Button>
      </Group>
    </form>
  );
}

function widgetsOf(
  file: FileData,
  widget: (key: string, place: Place) => ReactNode,
): Record<string, ReactNode> {
  const path = file.type === "delete" ? file.oldPath : file.newPath;
  const changes = file.hunks.flatMap((hunk) => hunk.changes);
  return Object.fromEntries(
    changes.map((change) => {
      const key = getChangeKey(change);
      return [key, widget(key, placeOf(path, change))];
    }),
  );
}

function placeOf(path: string, change: ChangeData): Place {
  if (change.type === "delete") return { path, side: "old", line: change.lineNumber };
  return { path, side: "new", line: change.type === "insert" ? change.lineNumber : change.newLineNumber };
}

const isSame = (one: Place, other: Place) =>
  one.path === other.path && one.side === other.side && one.line === other.line;

const labelOf = ({ side, line }: Place) =>
  side === "new" ? text.review.files.comment(line) : text.review.files.commentOld(line);
