import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsVertical, IconArrowUp } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import type { Gap } from "./context.ts";
import classes from "./diff-lines.module.css";

/** Number of lines that one press shows. */
const STEP = 20;

export type OpenGap = (gap: Gap, where: "start" | "end", count: number) => void;

/** Stands for unchanged lines that are not shown. `onOpen` shows some of them, next to the lines before or after. */
export function GapLine({ gap, onOpen }: { readonly gap: Gap; readonly onOpen: OpenGap | undefined }) {
  const { index, hidden, near } = gap;
  const words = text.diff.gap;
  const isSmall = hidden !== null && hidden <= STEP;
  const isLast = hidden === null || near === "";
  return (
    <div className={classes.gap}>
      {onOpen !== undefined && (
        <span className={classes.gapTools}>
          {!isSmall && index > 0 && (
            <Tool label={words.after(STEP)} onClick={() => onOpen(gap, "start", STEP)} icon={IconArrowDown} />
          )}
          {!isSmall && hidden !== null && (
            <Tool label={words.before(STEP)} onClick={() => onOpen(gap, "end", STEP)} icon={IconArrowUp} />
          )}
          <Tool
            label={hidden === null ? words.rest : words.all(hidden)}
            onClick={() => onOpen(gap, "start", hidden ?? Number.MAX_SAFE_INTEGER)}
            icon={IconArrowsVertical}
          />
        </span>
      )}
      <span className={classes.near} dir="auto" title={isLast ? undefined : near}>
        {hidden === null ? words.end : words.hidden(hidden)}
        {near !== "" && <code>{near}</code>}
      </span>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly icon: typeof IconArrowUp;
}

const Tool = ({ label, onClick, icon: Icon }: ToolProps) => (
  <UnstyledButton className={classes.gapTool} aria-label={label} title={label} onClick={onClick}>
    <Icon size={14} aria-hidden />
  </UnstyledButton>
);
