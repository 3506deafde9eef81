import type { EventData, SessionEvent } from "@tembo/contract";
import { answerOf } from "../../plan/work.ts";
import type { History, SessionReading } from "../history.ts";
import { fileOf } from "../read-parts.ts";

export const sessionId = "session-1";
const branch = "tembo/one";
const at = "2026-01-01T00:00:00.000Z";

/** Returns the history of a session with two completed messages, in which nothing is wrong. */
export function makeHistory(): History {
  const tokens = ["s0m0", "s0m1"];
  return withSeen({
    log: tokens.map((token) => ({ kind: "acknowledged" as const, token, sessionId, at: 0 })),
    sessions: [makeSession(tokens)],
    branches: [
      {
        name: branch,
        heads: tokens.map(shaOf),
        commits: tokens.map((token) => ({ sha: shaOf(token), files: [fileOf(token)] })),
      },
    ],
    pullRequests: [{ number: 1, head: branch }],
  });
}

/** Returns the history with a client that has received all its events. */
export function withSeen(history: History): History {
  const seen = history.sessions.flatMap(({ id, events }) =>
    events.map((event) => ({ kind: "seen" as const, sessionId: id, at: 0, event })),
  );
  return { ...history, log: [...history.log.filter(({ kind }) => kind !== "seen"), ...seen] };
}

export const shaOf = (token: string) => `sha-${token}`;
export const messageIdOf = (token: string) => `message-${token}`;

function makeSession(tokens: readonly string[]): SessionReading {
  const events = tokens.flatMap((token, index) =>
    turnData(token, tokens.slice(0, index + 1)).map((data) => ({ messageId: messageIdOf(token), data })),
  );
  return {
    id: sessionId,
    branch,
    messages: tokens.map((token) => ({
      id: messageIdOf(token),
      state: "completed",
      content: `Work on ${token}. SCRIPT()`,
    })),
    events: events.map(({ messageId, data }, index) => makeEvent(index + 1, messageId, data)),
  };
}

function turnData(token: string, notes: readonly string[]): EventData[] {
  const turnId = `turn-${token}`;
  const pullRequest = { repository: "app", number: 1, url: "https://forge.example/1", title: "One" };
  return [
    { type: "turn.started", turnId, number: 1 },
    {
      ...{ type: "toolCall", toolCallId: token, title: "Terminal", kind: "execute", status: "completed" },
      ...{ input: null, output: notes.join("\n"), exitCode: 0, diffs: [] },
    },
    { type: "text", text: answerOf(token) },
    { type: "branch.pushed", repository: "app", branch, sha: shaOf(token) },
    ...(notes.length === 1 ? [{ type: "pullRequest.opened", ...pullRequest } as const] : []),
    { type: "turn.completed", turnId, message: "Finished." },
  ];
}

export function makeEvent(id: number, messageId: string | null, eventData: EventData): SessionEvent {
  return {
    ...{ id, sessionId, messageId, createdAt: at, provider: "tembo" },
    eventType: eventData.type,
    eventData,
  };
}

/** Returns the history with a changed session. */
export function withSession(
  history: History,
  change: (session: SessionReading) => Partial<SessionReading>,
): History {
  return { ...history, sessions: history.sessions.map((session) => ({ ...session, ...change(session) })) };
}

/** Returns the history without the events of a type, or with more of them. The events have IDs without gaps. */
export function withEvents(
  history: History,
  change: (events: readonly SessionEvent[]) => readonly SessionEvent[],
): History {
  return withSession(history, ({ events }) => ({
    events: change(events).map((event, index) => ({ ...event, id: index + 1 })),
  }));
}
