import type { EventType, SessionEvent } from "@tembo/contract";
import { ofType } from "../../support/assertions.ts";
import { tokenOf } from "../plan/work.ts";
import type { History, MessageReading, SessionReading } from "./history.ts";

/** A message that the client planned, with its session. */
export interface TokenReading {
  readonly token: string;
  readonly message: MessageReading;
  readonly session: SessionReading;
}

/** Returns all messages that have a token. */
export function tokensOf({ sessions }: Pick<History, "sessions">): TokenReading[] {
  return sessions.flatMap((session) =>
    session.messages.flatMap((message) => {
      const token = tokenOf(message.content);
      return token === null ? [] : [{ token, message, session }];
    }),
  );
}

/** Returns the events of one message, of one type. */
export function eventsOf<Type extends EventType>(
  { session, message }: Pick<TokenReading, "session" | "message">,
  type: Type,
) {
  return ofType(
    session.events.filter(({ messageId }) => messageId === message.id),
    type,
  );
}

export function isEnding({ eventType }: SessionEvent): boolean {
  return /^turn\.(completed|failed|cancelled)$/.test(eventType);
}

export const describe = ({ id, eventType }: SessionEvent) => `event ${id} (${eventType})`;

export const fileOf = (token: string) => `${token}.txt`;
