import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { text } from "../../text/index.ts";
import { CommentForm } from "./comment-form.tsx";
import classes from "./diff-lines.module.css";
import type { DiffTokens } from "./diff-tokens.ts";
import { GapLine, type OpenGap } from "./gap-row.tsx";
import { LineChunk } from "./line-chunk.tsx";
import { Line, labelOf } from "./line-row.tsx";
import type { DiffFile } from "./parse-patch.ts";
import { type DiffAnnotation, type DiffPlace, diffPlace } from "./place.ts";
import { type DiffRow, heightOf } from "./rows.ts";

/** Number of rows that are rendered together. */
const CHUNK_ROWS = 50;

export interface DiffLinesProps {
  readonly file: DiffFile;
  readonly annotations: readonly DiffAnnotation[];
  /** Called with a new comment. If absent, users cannot comment on lines. */
  readonly onComment?: ((place: DiffPlace, body: string) => void | Promise<void>) | undefined;
  /** Renders a form that replaces the default form, which accepts only text. */
  readonly renderForm?: ((form: DiffFormProps) => ReactNode) | undefined;
}

/** Props of the comment form below a line. */
export interface DiffFormProps {
  readonly file: DiffFile;
  readonly place: DiffPlace;
  readonly label: string;
  readonly onAdd: (body: string) => void | Promise<void>;
  readonly onClose: () => void;
}

interface RowsProps extends DiffLinesProps {
  readonly rows: readonly DiffRow[];
  readonly tokens: DiffTokens | null;
  /** Width of a column of line numbers in pixels. */
  readonly numbers: number;
  /** Number of characters that fit into a cell. */
  readonly columns: number;
  /** Shows lines of a gap. If absent, the file cannot be read. */
  readonly onOpenGap: OpenGap | undefined;
}

/** The changed lines of one file, with comments below their lines. */
export function DiffLines({ rows, tokens, numbers, columns, onOpenGap, ...props }: RowsProps) {
  const { file, annotations, onComment, renderForm } = props;
  const [open, setOpen] = useState<DiffPlace | null>(null);
  /** The open place, and the button that opened its form. */
  const opened = useRef<{ readonly place: DiffPlace; readonly button: HTMLElement } | null>(null);
  const keys = keysByPlace(file, rows);
  const keyOf = ({ side, line }: DiffPlace) => keys.get(`${side}:${line}`);
  const widgets = new Map<string, ReactNode[]>();
  const elsewhere: DiffAnnotation[] = [];
  const addWidget = (key: string, widget: ReactNode) =>
    widgets.set(key, [...(widgets.get(key) ?? []), widget]);
  for (const one of annotations) {
    const key = one.isElsewhere === true ? undefined : keyOf(one);
    if (key === undefined) elsewhere.push(one);
    else addWidget(key, <div key={one.id}>{one.content}</div>);
  }
  const openKey = open === null ? undefined : keyOf(open);
  if (open !== null && openKey !== undefined && onComment !== undefined) {
    const form: DiffFormProps = {
      file,
      place: open,
      label: labelOf(open),
      onAdd: (body) => onComment(open, body),
      onClose: () => {
        // Another form may have opened while this form's comment was being stored.
        if (opened.current?.place !== open) return;
        opened.current.button.focus();
        opened.current = null;
        setOpen(null);
      },
    };
    const { label, onAdd, onClose } = form;
    addWidget(
      openKey,
      <div key={`form ${label}`}>
        {renderForm === undefined ? (
          <CommentForm label={label} onAdd={onAdd} onClose={onClose} />
        ) : (
          renderForm(form)
        )}
      </div>,
    );
  }
  const onOpen = (place: DiffPlace, button: HTMLElement) => {
    opened.current = { place, button };
    setOpen(place);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move focus between its buttons
    <div className={classes.lines} style={{ ["--number" as string]: `${numbers}px` }} onKeyDown={moveAlong}>
      {elsewhere.map(({ id, line, content }) => (
        <div key={id} className={classes.elsewhere}>
          <p>{text.diff.elsewhere(line)}</p>
          {content}
        </div>
      ))}
      {chunksOf(rows, widgets).flatMap((chunk) => {
        const { key } = chunk.at(-1)!;
        const below = widgets.get(key);
        return [
          <LineChunk
            key={`from ${chunk[0]!.key}`}
            height={chunk.reduce((sum, row) => sum + heightOf(row, columns), 0)}
          >
            {() =>
              chunk.map((row) =>
                row.kind === "gap" ? (
                  <GapLine key={row.key} gap={row.gap} onOpen={onOpenGap} />
                ) : (
                  <Line
                    key={row.key}
                    file={file}
                    row={row}
                    tokens={tokens}
                    onOpen={onComment === undefined ? undefined : onOpen}
                  />
                ),
              )
            }
          </LineChunk>,
          below !== undefined && (
            <div key={`below ${key}`} className={classes.widget}>
              {below}
            </div>
          ),
        ];
      })}
    </div>
  );
}

/**
 * Splits the rows into chunks. A row with a comment ends its chunk, so that the comment is never unmounted. A new
 * comment splits one chunk and leaves the others as they are.
 */
function chunksOf(rows: readonly DiffRow[], widgets: ReadonlyMap<string, unknown>): readonly DiffRow[][] {
  const chunks: DiffRow[][] = [];
  let isEnded = true;
  for (const [index, row] of rows.entries()) {
    if (isEnded) chunks.push([]);
    chunks.at(-1)!.push(row);
    isEnded = index % CHUNK_ROWS === CHUNK_ROWS - 1 || widgets.has(row.key);
  }
  return chunks;
}

function keysByPlace(file: DiffFile, rows: readonly DiffRow[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const row of rows) {
    if (row.kind === "gap") continue;
    for (const change of row.changes) {
      if (change === null) continue;
      const { side, line } = diffPlace(file, change);
      keys.set(`${side}:${line}`, row.key);
      if (change.type === "normal") keys.set(`old:${change.oldLineNumber}`, row.key);
    }
  }
  return keys;
}

function moveAlong(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = document.activeElement;
  if (step === 0 || !(from instanceof HTMLElement) || !from.classList.contains(classes.comment!)) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${classes.comment}`)];
  const next = buttons[buttons.indexOf(from) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
