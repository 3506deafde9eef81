import { APIConnectionError, type SessionEvent, type Tembo } from "@tembo-io/sdk";
import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../../cli.ts";
import { CommandError } from "../../../failure.ts";
import { asSentence } from "../../../sentence.ts";
import { followSession, maxAttempts, type TurnEnd } from "./follow.ts";
import { planAfter, printNextSteps, printStillRunning } from "./print-next-steps.ts";
import { showing } from "./wait.ts";

/**
 * Watches a session. Returns exit status 1 if the last turn failed or was canceled, or 130 after Ctrl-C, for use in
 * scripts.
 */
export async function watchSession(
  cli: Cli,
  sessionId: string,
  options: { readonly follow?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const shown = showing(cli, true);
  let hasPlan = false;
  const onEvent = (event: SessionEvent) => {
    hasPlan = planAfter(hasPlan, event);
    shown.event(event);
  };
  const { result: end } = await withInterrupt(cli, async (signal) => {
    try {
      return await follow(client, { sessionId, signal, isEndless: options.follow === true, onEvent });
    } finally {
      await shown.end();
    }
  });
  if (end === null) {
    printStillRunning(cli, sessionId);
    return interruptedStatus;
  }
  if (!cli.isJson) printNextSteps(cli, await client.session.retrieve(sessionId), end, hasPlan);
  return end.outcome === "completed" ? 0 : 1;
}

interface Follow {
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** True to follow until Ctrl-C. */
  readonly isEndless: boolean;
  readonly onEvent: (event: SessionEvent) => void;
}

async function follow(client: Tembo, { isEndless, ...what }: Follow): Promise<TurnEnd | null> {
  const { sessionId, signal } = what;
  let isSeen = false;
  const onEvent = (event: SessionEvent) => {
    isSeen = true;
    what.onEvent(event);
  };
  try {
    if (!isEndless) return await followSession(client, { sessionId, signal, onEvent });
    for await (const event of client.session.events(sessionId, { signal, maxAttempts })) onEvent(event);
    return null;
  } catch (cause) {
    // Throws the original error if the server was never reachable.
    if (!isSeen || !(cause instanceof APIConnectionError)) throw cause;
    throw new CommandError(
      `${asSentence(cause)} The session may still be running.`,
      `tembo session watch ${sessionId}`,
      { cause },
    );
  }
}
