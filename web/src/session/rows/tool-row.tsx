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
import type { ItemOf } from "../transcript/item.ts";
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
  const Icon = icons[item.toolKind] ?? IconTool;
  const isCommand = item.toolKind === "execute";
  return (
    <Fold
      name={item.key}
      line={
        <>
          <Icon size={15} stroke={1.7} className={classes.toolIcon} aria-hidden />
          <span className={isCommand ? classes.command : classes.toolTitle} dir="auto">
            {item.title}
          </span>
          <ToolState item={item} />
        </>
      }
    >
      {() => <ToolBody item={item} />}
    </Fold>
  );
}

/** Minimum duration in milliseconds to show. */
const LEAST_SHOWN_MS = 100;

function ToolState({ item }: { readonly item: ItemOf<"tool"> }) {
  const { status, endedAt, exitCode } = item;
  const name = text.session.tool.status[status];
  if (status === "pending" || status === "running") return <Loader size={12} role="img" aria-label={name} />;
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
  const { toolKind, input, output, diffs, status } = item;
  const isOver = status !== "pending" && status !== "running";
  const hasDiffs = diffs.length > 0;
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
      {!hasDiffs && input !== null && (
        <Output label={text.session.tool.input}>{formatInput(toolKind, input)}</Output>
      )}
      {output !== null && output !== "" && !(hasDiffs && status === "completed") && (
        <Output label={text.session.tool.output}>{output}</Output>
      )}
      {isOver && !hasDiffs && (output ?? "") === "" && (
        <span className={classes.quiet}>{text.session.tool.nothing}</span>
      )}
    </Stack>
  );
}
