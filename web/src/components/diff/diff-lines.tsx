import "react-diff-view/style/index.css";
import { UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import {
  Decoration,
  Diff,
  Hunk,
  type HunkData,
  markEdits,
  type RenderGutter,
  tokenize,
} from "react-diff-view";
import { text } from "../../text/index.ts";
import { languageOf } from "../highlight/language-of.ts";
import { type Mark, useMark } from "../highlight/use-mark.ts";
import { changeKeys } from "./change-keys.ts";
import { CommentForm } from "./comment-form.tsx";
import classes from "./diff-lines.module.css";
import { linesOf } from "./file-size.ts";
import type { DiffFile } from "./parse-patch.ts";
import { type DiffAnnotation, type DiffPlace, diffPlace } from "./place.ts";

/**
 * Maximum number of lines of a diff that is highlighted and whose edited parts are marked. A longer diff would take too
 * long.
 */
const MAX_LINES_WITH_EDITS = 2_000;

export interface DiffLinesProps {
  readonly file: DiffFile;
  readonly view: "split" | "unified";
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

/** The changed lines of one file. `diff-file.tsx` loads this code when the first file is shown. */
export function DiffLines({ file, view, annotations, onComment, renderForm }: DiffLinesProps) {
  const [open, setOpen] = useState<DiffPlace | null>(null);
  /** The open place, and the button that opened its form. */
  const opened = useRef<{ readonly place: DiffPlace; readonly button: HTMLElement } | null>(null);
  const hunks = file.hunks as HunkData[];
  const keyOf = useMemo(() => changeKeys(file), [file]);
  const mark = useMark();
  const tokens = useMemo(
    () => (linesOf(file) > MAX_LINES_WITH_EDITS ? null : tokensOf(hunks, mark, languageOf(file.path))),
    [file, hunks, mark],
  );
  const widgets: Record<string, ReactNode> = {};
  const elsewhere: DiffAnnotation[] = [];
  for (const [key, own] of Map.groupBy(annotations, (one) =>
    one.isElsewhere === true ? undefined : keyOf(one),
  )) {
    if (key === undefined) elsewhere.push(...own);
    else widgets[key] = own.map(({ id, content }) => <div key={id}>{content}</div>);
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
    widgets[openKey] = (
      <>
        {widgets[openKey]}
        {renderForm === undefined ? (
          <CommentForm label={label} onAdd={onAdd} onClose={onClose} />
        ) : (
          renderForm(form)
        )}
      </>
    );
  }
  const renderGutter: RenderGutter = ({ change, side, renderDefault }) => {
    const place = diffPlace(file, change);
    if (onComment === undefined || place.side !== side) return renderDefault();
    return (
      <UnstyledButton
        className={classes.line}
        aria-label={labelOf(place)}
        onClick={(event) => {
          opened.current = { place, button: event.currentTarget };
          setOpen(place);
        }}
      >
        {place.line}
      </UnstyledButton>
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move focus between its buttons
    <div className={classes.lines} onKeyDown={moveAlong}>
      {elsewhere.map(({ id, line, content }) => (
        <div key={id} className={classes.elsewhere}>
          <p>{text.diff.elsewhere(line)}</p>
          {content}
        </div>
      ))}
      <Diff
        diffType={file.kind === "added" ? "add" : file.kind === "deleted" ? "delete" : "modify"}
        viewType={view}
        hunks={hunks}
        tokens={tokens}
        widgets={widgets}
        renderGutter={renderGutter}
        className={classes.table!}
      >
        {(shown) =>
          shown.flatMap((hunk) => [
            <Decoration key={`at ${hunk.content}`} className={classes.hunk!}>
              <span dir="auto">{hunk.content}</span>
            </Decoration>,
            <Hunk key={hunk.content} hunk={hunk} />,
          ])
        }
      </Diff>
    </div>
  );
}

/**
 * Returns tokens for both sides, with syntax highlighting if a highlighter has loaded and with marks for the edited
 * parts of each line.
 */
function tokensOf(hunks: HunkData[], mark: Mark | null, language: string | null) {
  const highlight = (side: string) => mark?.(side, language) ?? [{ type: "text", value: side }];
  return tokenize(hunks, {
    enhancers: [markEdits(hunks)],
    highlight: true,
    language: language ?? "",
    refractor: { highlight },
  });
}

const labelOf = ({ side, line }: DiffPlace) =>
  side === "new" ? text.diff.comment(line) : text.diff.commentOld(line);

function moveAlong(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = document.activeElement;
  if (step === 0 || !(from instanceof HTMLElement) || !from.classList.contains(classes.line!)) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${classes.line}`)];
  const next = buttons[buttons.indexOf(from) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
