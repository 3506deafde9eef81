import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { ChangeData, TokenNode } from "react-diff-view";
import { text } from "../../text/index.ts";
import classes from "./diff-lines.module.css";
import type { DiffTokens } from "./diff-tokens.ts";
import type { DiffFile } from "./parse-patch.ts";
import { type DiffPlace, diffPlace } from "./place.ts";
import type { LineRow } from "./rows.ts";

interface LineRowProps {
  readonly file: DiffFile;
  readonly row: LineRow;
  readonly tokens: DiffTokens | null;
  /** Opens the form for a comment on the line. If absent, users cannot comment on the line. */
  readonly onOpen: ((place: DiffPlace, button: HTMLElement) => void) | undefined;
}

const signs = { insert: "+", delete: "−", normal: "" };

/** A line in the unified view, or an old and a new line next to each other in the split view. */
export function Line({ file, row, tokens, onOpen }: LineRowProps) {
  const { changes, isOpened } = row;
  const isSplit = changes.length === 2;
  const numberIn = (change: ChangeData | null, side: "old" | "new") => (
    <LineNumber
      change={change}
      side={side}
      place={change === null ? null : diffPlace(file, change)}
      onOpen={isOpened ? undefined : onOpen}
    />
  );
  return (
    <div className={classes.row} data-split={isSplit || undefined}>
      {changes.map((change, index) => {
        const side = isSplit ? (index === 0 ? "old" : "new") : undefined;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the cells of a row never move
          <Cells key={index}>
            {side !== "new" && numberIn(change, "old")}
            {side !== "old" && numberIn(change, "new")}
            <span className={classes.sign} data-change={change?.type ?? "none"}>
              {change !== null && signs[change.type]}
            </span>
            <code className={classes.code} data-change={change?.type ?? "none"}>
              {change !== null && (drawTokens(tokensIn(tokens, change, side)) ?? change.content)}
            </code>
          </Cells>
        );
      })}
    </div>
  );
}

const Cells = ({ children }: { readonly children: ReactNode }) => children;

interface LineNumberProps extends Pick<LineRowProps, "onOpen"> {
  readonly change: ChangeData | null;
  readonly side: "old" | "new";
  readonly place: DiffPlace | null;
}

function LineNumber({ change, side, place, onOpen }: LineNumberProps) {
  const number = change === null ? null : numberOn(change, side);
  const canComment = number !== null && onOpen !== undefined && place?.side === side;
  return (
    <span className={classes.number} data-change={change?.type ?? "none"}>
      {canComment ? (
        <UnstyledButton
          className={classes.comment}
          aria-label={labelOf(place)}
          onClick={(event) => onOpen(place, event.currentTarget)}
        >
          {number}
        </UnstyledButton>
      ) : (
        number
      )}
    </span>
  );
}

export const labelOf = ({ side, line }: DiffPlace) =>
  side === "new" ? text.diff.comment(line) : text.diff.commentOld(line);

function numberOn(change: ChangeData, side: "old" | "new"): number | null {
  if (change.type === "normal") return side === "old" ? change.oldLineNumber : change.newLineNumber;
  return (change.type === "delete") === (side === "old") ? change.lineNumber : null;
}

function tokensIn(tokens: DiffTokens | null, change: ChangeData, side: "old" | "new" | undefined) {
  const shown = side ?? (change.type === "delete" ? "old" : "new");
  const number = numberOn(change, shown);
  return number === null ? undefined : tokens?.[shown][number - 1];
}

/** Returns null if there are no tokens, for example because the line is empty. */
function drawTokens(tokens: readonly TokenNode[] | undefined): ReactNode {
  if (tokens === undefined || tokens.length === 0) return null;
  return tokens.map((token, index) => {
    if (token.type === "text") return token.value;
    const name = token.type === "edit" ? classes.edit : (token.className ?? token.properties?.className);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: tokens of code have no IDs, and all are rendered again when the code changes
      <span key={index} className={Array.isArray(name) ? name.join(" ") : name}>
        {token.value ?? drawTokens(token.children)}
      </span>
    );
  });
}
