import { Button, Checkbox, Group, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo, type ReactNode, useContext, useRef, useState } from "react";
import { text } from "../../text/index.ts";
import { visibleName } from "../visible-name.ts";
import classes from "./diff.module.css";
import { DiffLines, type DiffLinesProps } from "./diff-lines.tsx";
import { isLarge, linesOf } from "./file-size.ts";
import { LineCounts } from "./line-counts.tsx";
import { MetricsContext } from "./metrics.ts";
import type { DiffView } from "./rows.ts";
import { type FileSource, useContextLines } from "./use-context-lines.ts";
import { useFileRows } from "./use-file-rows.ts";
import { useNear } from "./use-near.ts";
import { useTokens } from "./use-tokens.ts";

/** Heights in pixels, as in `diff.module.css`. */
const HEAD_PX = 40;
const NOTE_PX = 38;
const LARGE_PX = 54;
const BORDERS_PX = 2;

export interface DiffFileCardProps extends DiffLinesProps {
  readonly id: string;
  readonly view: DiffView;
  readonly hidesWhitespace: boolean;
  /** True if the name of the file stays in the page while the file is far from its visible part. */
  readonly keepsName: boolean;
  /** The version of the repository from which unchanged lines are read, or null if it cannot be read. */
  readonly source: FileSource | null;
  readonly isViewed: boolean;
  /** Called with the new mark. If absent, users cannot mark the file as viewed. */
  readonly onViewed: ((path: string, isViewed: boolean) => void) | undefined;
}

/**
 * A changed file under its name and line counts. Users can collapse it. Away from the visible part of the page, it only
 * reserves its height.
 */
export const DiffFileCard = memo((props: DiffFileCardProps) => {
  const { id, file, view, isViewed, annotations } = props;
  const ref = useRef<HTMLElement>(null);
  const metrics = useContext(MetricsContext);
  const isNear = useNear(ref) || annotations.length > 0;
  const hasName = isNear || props.keepsName;
  const [isOpen, setIsOpen] = useState(!isViewed);
  const [wasViewed, setWasViewed] = useState(isViewed);
  if (wasViewed !== isViewed) {
    setWasViewed(isViewed);
    setIsOpen(!isViewed);
  }
  const [isAsked, setIsAsked] = useState(() => !isLarge(file));
  const context = useContextLines(file, props.source);
  const shown = useFileRows(file, { view, hidesWhitespace: props.hidesWhitespace, context, metrics });
  const tokens = useTokens(file.path, shown.parts, isNear && isOpen && isAsked);
  const notes = notesOf(file, shown.rows.length);
  const hasLines = shown.rows.length > 0;
  const height =
    HEAD_PX +
    BORDERS_PX +
    (isOpen ? notes.length * NOTE_PX + (hasLines ? (isAsked ? shown.height : LARGE_PX) : 0) : 0);
  return (
    <section
      ref={ref}
      id={id}
      className={classes.file}
      aria-label={file.path}
      data-file={file.path}
      tabIndex={-1}
      style={isNear ? undefined : { height }}
    >
      {hasName && <Head {...props} isOpen={isOpen} onOpen={setIsOpen} />}
      {isNear && isOpen && (
        <>
          {notes.map((note) => (
            <Note key={note}>{note}</Note>
          ))}
          {hasLines && !isAsked && (
            <Group className={classes.large} gap="sm">
              <Text size="sm">{text.diff.large(linesOf(file))}</Text>
              <Button size="xs" variant="default" onClick={() => setIsAsked(true)}>
                {text.diff.show}
              </Button>
            </Group>
          )}
          {hasLines && isAsked && (
            <DiffLines
              file={file}
              annotations={annotations}
              onComment={props.onComment}
              renderForm={props.renderForm}
              rows={shown.rows}
              tokens={tokens}
              numbers={shown.numbers}
              columns={shown.columns}
              onOpenGap={context.onOpen}
            />
          )}
        </>
      )}
    </section>
  );
});

interface HeadProps extends Pick<DiffFileCardProps, "file" | "isViewed" | "onViewed"> {
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
}

function Head({ file, isViewed, onViewed, isOpen, onOpen }: HeadProps) {
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const path = visibleName(file.path);
  const nameAt = path.lastIndexOf("/") + 1;
  return (
    <header className={classes.head}>
      <UnstyledButton
        className={classes.fold}
        onClick={() => onOpen(!isOpen)}
        aria-expanded={isOpen}
        aria-label={text.diff.fold(file.path)}
        title={path}
      >
        <Chevron size={15} aria-hidden />
        <bdi className={classes.path}>
          {nameAt > 0 && <span className={classes.folder}>{path.slice(0, nameAt)}</span>}
          <span className={classes.name}>{path.slice(nameAt)}</span>
        </bdi>
        {file.oldPath !== file.path && (
          <bdi className={classes.was}>{text.diff.was(visibleName(file.oldPath))}</bdi>
        )}
      </UnstyledButton>
      {file.kind !== "modified" && <span className={classes.kind}>{text.diff.kind[file.kind]}</span>}
      {!file.isBinary && <LineCounts additions={file.additions} deletions={file.deletions} />}
      {onViewed !== undefined && (
        <Checkbox
          size="xs"
          label={text.diff.viewed}
          aria-label={text.diff.viewedFile(path)}
          checked={isViewed}
          onChange={(event) => onViewed(file.path, event.currentTarget.checked)}
          classNames={{ body: classes.viewed! }}
        />
      )}
    </header>
  );
}

function notesOf(
  { modeChange, isBinary, hunks }: DiffFileCardProps["file"],
  rows: number,
): readonly string[] {
  const words = text.diff;
  return [
    ...(modeChange === null ? [] : [words.mode(modeChange.from, modeChange.to)]),
    ...(isBinary ? [words.binary] : []),
    ...(!isBinary && hunks.length === 0 && modeChange === null ? [words.noLines] : []),
    ...(hunks.length > 0 && rows === 0 ? [words.onlyWhitespace] : []),
  ];
}

const Note = ({ children }: { readonly children: ReactNode }) => <p className={classes.note}>{children}</p>;
