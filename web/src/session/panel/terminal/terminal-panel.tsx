import "@xterm/xterm/css/xterm.css";
import { Alert, Button, Group, Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { text } from "../../../text/index.ts";
import type { PanelProps } from "../panel-props.ts";
import { runShell, type ShellEnd } from "./shell.ts";
import classes from "./terminal-panel.module.css";

const words = text.panel.terminal;

type State =
  | { readonly status: "opening" }
  | { readonly status: "open" }
  | { readonly status: "ended"; readonly message: string; readonly isRefused: boolean };

/** A shell in the session's sandbox while the sandbox is running. */
export function TerminalPanel({ session }: PanelProps) {
  const [attempt, setAttempt] = useState(1);
  const [state, setState] = useState<State>({ status: "opening" });
  const place = useRef<HTMLDivElement>(null);
  const action = useRef<HTMLButtonElement>(null);
  const ender = useRef(new AbortController());
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt opens another shell
  useEffect(() => {
    const left = new AbortController();
    const closed = new AbortController();
    ender.current = closed;
    setState({ status: "opening" });
    const end = (message: string, isRefused = false) => {
      if (!left.signal.aborted) setState({ status: "ended", message, isRefused });
    };
    runShell({
      sessionId: session.id,
      element: place.current!,
      signal: AbortSignal.any([left.signal, closed.signal]),
      onOpen: () => setState({ status: "open" }),
    }).then(
      (code) => end(closed.signal.aborted ? words.closed : describeEnd(code)),
      (cause: unknown) => end(cause instanceof Error ? cause.message : String(cause), true),
    );
    return () => left.abort();
  }, [session.id, attempt]);
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !event.ctrlKey || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    action.current?.focus();
  };
  const isEnded = state.status === "ended";
  return (
    <div className={classes.layout}>
      <div role="status">
        {state.status === "opening" && (
          <Text size="sm" c="dimmed">
            {words.opening}
          </Text>
        )}
        {isEnded && (
          <Alert color={state.isRefused ? "yellow" : "gray"} p="sm">
            {state.message}
          </Alert>
        )}
      </div>
      <section
        ref={place}
        className={classes.screen}
        hidden={isEnded}
        aria-label={words.label}
        onKeyDownCapture={leave}
      />
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {words.about} {words.network} {words.keys}
        </Text>
        <Button
          ref={action}
          size="xs"
          variant="default"
          className={classes.action!}
          disabled={state.status === "opening"}
          onClick={() => (isEnded ? setAttempt(attempt + 1) : ender.current.abort())}
        >
          {isEnded ? (state.isRefused ? words.open : words.again) : words.close}
        </Button>
      </Group>
    </div>
  );
}

const describeEnd = (code: ShellEnd) => (code === null ? words.stopped : words.exited(code));
