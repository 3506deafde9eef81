import type { Session, SessionEvent, Tembo } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../../cli.ts";
import { loadNames } from "../../../names.ts";
import { createEventPrinter, type EventPrinter, progressOf } from "../../../render/event-printer.ts";
import { frames, styled } from "../../../terminal.ts";
import { printPullRequests } from "../show-session.ts";
import { followTurn, type TurnEnd } from "./follow.ts";
import { planAfter, printNextSteps, printStillRunning } from "./print-next-steps.ts";
import { afterEvent, firstStatus, statusText } from "./watch-status.ts";

interface Wait {
  readonly sessionId: string;
  /** Message whose turn the command waits for, or null for the session's first turn. */
  readonly messageId: string | null;
  /** True to show every event instead of a progress line and the result. */
  readonly isWatched: boolean;
}

/**
 * Waits for the end of a turn and prints its progress and result, or every event if `isWatched`. Returns exit status 1
 * if the turn failed or was canceled, or 130 after Ctrl-C.
 */
export async function waitForTurn(cli: Cli, client: Tembo, wait: Wait): Promise<Outcome> {
  const shown = showing(cli, wait.isWatched);
  let hasPlan = false;
  const onEvent = (event: SessionEvent) => {
    hasPlan = planAfter(hasPlan, event);
    shown.event(event);
  };
  const { result: end } = await withInterrupt(cli, async (signal) => {
    try {
      return await followTurn(client, { ...wait, signal, onEvent });
    } finally {
      await shown.end();
    }
  });
  if (end === null) {
    printStillRunning(cli, wait.sessionId);
    return interruptedStatus;
  }
  if (!wait.isWatched || !cli.isJson) {
    const session = await client.session.retrieve(wait.sessionId);
    if (!wait.isWatched) printResult(cli, session, end);
    if (!cli.isJson) printNextSteps(cli, session, end, hasPlan);
  }
  return end.outcome === "completed" ? 0 : 1;
}

interface Shown {
  event(event: SessionEvent): void;
  end(): void | Promise<void>;
}

/** Selects how events are shown: as JSON lines, as a transcript, as progress or not at all. */
export function showing(cli: Cli, isWatched: boolean): Shown {
  const { terminal } = cli;
  if (isWatched && cli.isJson) return { event: (event) => terminal.json(event, "line"), end() {} };
  if (isWatched) {
    const printer = printerWithNames(cli);
    let status = firstStatus;
    let frame = 0;
    const forget = terminal.keepBelow(() => [
      styled("cyan", `${frames[frame++ % frames.length]} `),
      styled("dim", `${statusText(status, Date.now())} · Ctrl-C stops watching`),
    ]);
    return {
      event(event) {
        status = afterEvent(status, event);
        printer.print(event);
      },
      async end() {
        await printer.end();
        forget();
      },
    };
  }
  if (cli.isJson) return { event() {}, end() {} };
  const progress = terminal.progress();
  return {
    event(event) {
      const text = progressOf(terminal, event);
      if (text !== null) progress.show(text);
    },
    end: progress.clear,
  };
}

/** Returns a printer that keeps the first events until the names have loaded, which takes a few seconds at most. */
function printerWithNames(cli: Cli): { print(event: SessionEvent): void; end(): Promise<void> } {
  const first: SessionEvent[] = [];
  let printer: EventPrinter | null = null;
  const loading = loadNames(cli, { hasProviders: true }).then((names) => {
    printer = createEventPrinter(cli.terminal, names);
    for (const event of first) printer.print(event);
    return printer;
  });
  // The caller of `end` receives the error.
  loading.catch(() => {});
  return {
    print(event) {
      if (printer === null) first.push(event);
      else printer.print(event);
    },
    end: async () => (await loading).end(),
  };
}

function printResult(cli: Cli, session: Session, end: TurnEnd): void {
  if (cli.isJson) {
    cli.terminal.json(session);
    return;
  }
  const style = end.outcome === "completed" ? "green" : end.outcome === "failed" ? "red" : "yellow";
  cli.terminal.line(styled(style, end.outcome), end.message === "" ? "" : `: ${end.message}`);
  printPullRequests(cli.terminal, session);
}
