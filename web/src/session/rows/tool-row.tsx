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
import { lazy, Suspense } from "react";
import { text } from "../../text/index.ts";
import { durationOf } from "../duration.ts";
import type { ItemOf } from "../transcript/item.ts";
import { Fold } from "./fold.tsx";
import { Output } from "./output.tsx";
import classes from "./rows.module.css";

const FileDiff = lazy(async () => ({ default: (await import("./file-diff.tsx")).FileDiff }));

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

function ToolState({ item }: { readonly item: ItemOf<"tool"> }) {
  const { status, endedAt, exitCode } = item;
  const name = text.session.tool.status[status];
  if (status === "pending" || status === "running") return <Loader size={12} role="img" aria-label={name} />;
  const time = endedAt === null ? null : durationOf(Date.parse(endedAt) - Date.parse(item.at));
  return (
    <span className={classes.toolState}>
      {exitCode !== null && exitCode !== 0 && (
        <span className={classes.bad}>{text.session.tool.exit(exitCode)}</span>
      )}
      {status === "failed" && (
        <IconAlertTriangle size={14} className={classes.bad} role="img" aria-label={name} />
      )}
      {status === "stopped" && <IconPlayerStop size={14} role="img" aria-label={name} />}
      {time}
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
            // biome-ignore lint/suspicious/noArrayIndexKey: a call may change the same file twice, and its list does not move
            <FileDiff key={index} diff={diff} />
          ))}
        </Suspense>
      )}
      {toolKind === "execute" && (
        <Output label={text.session.tool.input}>{`$ ${commandOf(input) ?? item.title}`}</Output>
      )}
      {toolKind !== "execute" && !hasDiffs && input !== null && (
        <Output label={text.session.tool.input}>{indented(input)}</Output>
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

function commandOf(input: string | null): string | null {
  const parsed = parse(input ?? "");
  const command =
    typeof parsed === "object" && parsed !== null && "command" in parsed ? parsed.command : null;
  if (Array.isArray(command)) return command.join(" ");
  return typeof command === "string" ? command : null;
}

/** JSON that was cut stays as it came. */
function indented(json: string): string {
  const parsed = parse(json);
  return parsed === undefined ? json : JSON.stringify(parsed, null, 2);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
