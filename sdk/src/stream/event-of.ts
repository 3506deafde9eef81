import type { EventData, EventType } from "../types.ts";

/**
 * The data of an event type, for example `EventOf<"toolCall">`. A newer server may send types that this version of the
 * SDK does not know.
 */
export type EventOf<Type extends EventType> = Extract<EventData, { readonly type: Type }>;
