import { Loader, Stack } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsMove,
  IconBrain,
  IconFile,
  IconPencil,
  IconPlayerStop,
  IconSearch,
  IconTerminal2,
  IconTool,
  IconTrash,
  IconWorld,
} from "@tabler/icons-react";
import { Suspense } from "react";
import { lazyPart } from "../../components/loading/lazy-part.ts";
import { formatDuration } from "../../format/duration.ts";
import { text } from "../../text/index.ts";
import { formatInput } from "../tool-input.ts";
import { countCallLines } from "../transcript/count-lines.ts";
import { classifyCall, firstLine, formatTitle, kindOfCall } from "../transcript/describe-call.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Changed } from "./changed.tsx";
import { Fold } from "./fold.tsx";
import { Output } from "./output.tsx";
import classes from "./rows.module.css";

const FileDiff = lazyPart(async () => ({ default: (await import("./file-diff.tsx")).FileDiff }));

const icons: Readonly<Record<string, typeof IconTool>> = {
  read: IconFile,
  edit: IconPencil,
  delete: IconTrash,
  move: IconArrowsMove,
  search: IconSearch,
  execute: IconTerminal2,
  think: IconBrain,
  fetch: IconWorld,
};

export function ToolRow({ item }: { readonly item: ItemOf<"tool"> }) {
  const kind = classifyCall(item);
  const Icon = icons[kindOfCall(item)] ?? IconTool;
  return (
    <Fold
      name={item.key}
      line={
        <>
          <Icon size={15} stroke={1.7} className={classes.toolIcon} aria-hidden />
          <span className={kind === "command" ? classes.command : classes.toolTitle} dir="auto">
            {titleOf(item)}
          </span>
          {kind === "edit" && <Changed lines={countCallLines(item)} />}
          {kind === "command" && (
            <span className={classes.result} dir="auto">
              {firstLine(item.output)}
            </span>
          )}
          <ToolState item={item} />
        </>
      }
    >
      {() => <ToolBody item={item} />}
    </Fold>
  );
}

function titleOf({ sessionTool, title }: ItemOf<"tool">): string {
  const names: Readonly<Record<string, string>> = text.toolCalls.sessionTool;
  return (sessionTool === null ? undefined : names[sessionTool]) ?? formatTitle(title);
}

/** Maximum length of a command that a line shows completely, also on a phone. */
const SHORT_CHARS = 24;
/** Minimum duration in milliseconds to show. */
const LEAST_SHOWN_MS = 100;

function ToolState({ item }: { readonly item: ItemOf<"tool"> }) {
  const { status, endedAt, exitCode } = item;
  const name = text.session.tool.status[status];
  if (status === "pending" || status === "running") {
    return (
      <span className={classes.toolState}>
        <Loader size={12} role="img" aria-label={name} />
      </span>
    );
  }
  const tookMs = endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(item.at);
  return (
    <span className={classes.toolState}>
      {exitCode !== null && exitCode !== 0 && (
        <span className={classes.bad}>{text.session.tool.exit(exitCode)}</span>
      )}
      {status === "failed" && (
        <IconAlertTriangle size={14} className={classes.bad} role="img" aria-label={name} />
      )}
      {status === "stopped" && <IconPlayerStop size={14} role="img" aria-label={name} />}
      {tookMs >= LEAST_SHOWN_MS && formatDuration(tookMs)}
    </span>
  );
}

function ToolBody({ item }: { readonly item: ItemOf<"tool"> }) {
  const { toolKind, title, output, diffs, status } = item;
  const isOver = status !== "pending" && status !== "running";
  const hasDiffs = diffs.length > 0;
  const input = item.input === null ? null : formatInput(toolKind, item.input);
  // The line of a short command shows all of it.
  const isInLine = title.length <= SHORT_CHARS && input === `$ ${title}`;
  return (
    <Stack gap={8}>
      {hasDiffs && (
        <Suspense fallback={<Loader size="xs" />}>
          {diffs.map((diff, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a call may change the same file twice, and its list keeps its order
            <FileDiff key={index} diff={diff} />
          ))}
        </Suspense>
      )}
      {!hasDiffs && input !== null && !isInLine && <Output label={text.session.tool.input}>{input}</Output>}
      {output !== null && output !== "" && !(hasDiffs && status === "completed") && (
        <Output label={text.session.tool.output}>{output}</Output>
      )}
      {isOver && !hasDiffs && (output ?? "") === "" && (
        <span className={classes.quiet}>{text.session.tool.nothing}</span>
      )}
    </Stack>
  );
}
