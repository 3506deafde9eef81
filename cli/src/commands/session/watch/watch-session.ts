import { type Cli, interruptedStatus, type Outcome, withInterrupt } from "../../../cli.ts";
import { followSession, maxAttempts } from "./follow.ts";
import { showing } from "./wait.ts";

/** Exit status 1 when the last turn failed or was cancelled, so that a script may ask. */
export async function watchSession(
  cli: Cli,
  sessionId: string,
  options: { readonly follow?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const shown = showing(cli, true);
  const { result: end } = await withInterrupt(cli, async (signal) => {
    try {
      if (!options.follow) return await followSession(client, { sessionId, signal, onEvent: shown.event });
      for await (const event of client.session.events(sessionId, { signal, maxAttempts })) shown.event(event);
      return null;
    } finally {
      shown.end();
    }
  });
  if (end === null) return interruptedStatus;
  return end.outcome === "completed" ? 0 : 1;
}
