import type { SessionEvent } from "@tembo/contract";
import { startTemboProcess, type TemboProcess } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import { logTimes } from "./log-times.ts";
import { followRecovery, hasEnded, isWorking, momentsOf, PROMPT, type Run } from "./recovery-run.ts";

type Start = Parameters<typeof startTemboProcess>[0];

/** Kills `tembo start` during a command. Restarts it immediately on the same port, as a supervisor does. */
export async function killStart(
  options: Start,
  tembo: TemboProcess,
): Promise<{ readonly run: Run; readonly successor: TemboProcess }> {
  const client = new Tembo({ apiKey: options.apiKey, baseURL: tembo.url });
  const until = async (sessionId: string, isThere: (event: SessionEvent) => boolean) => {
    const events: SessionEvent[] = [];
    for await (const event of client.session.events(sessionId, { after: 0 })) {
      events.push(event);
      if (isThere(event)) return events;
    }
    throw new Error(`The events of session ${sessionId} ended early.`);
  };
  const session = await client.session.create({ prompt: PROMPT });
  await until(session.id, isWorking);
  const killedAt = Date.now();
  await tembo.kill();
  const successor = await startTemboProcess({ ...options, port: tembo.port });
  const { resumedAt, workingAt } = momentsOf(await until(session.id, followRecovery()));
  await client.session.stop(session.id);
  await until(session.id, hasEnded);
  const timeOf = logTimes(successor.log());
  const moments: readonly (readonly [string, number])[] = [
    ["database", timeOf("the database responds", killedAt)],
    ["migrations", timeOf("the database is up to date", killedAt)],
    ["detected", timeOf("a worker was lost; other workers continue its work", killedAt)],
    ["claimed", resumedAt],
    ["harness", workingAt],
  ];
  return {
    run: {
      resumed: (resumedAt - killedAt) / 1000,
      working: (workingAt - killedAt) / 1000,
      parts: moments.map(([name, at], index) => [name, (at - (moments[index - 1]?.[1] ?? killedAt)) / 1000]),
    },
    successor,
  };
}
