import type { AttachmentName, ItemBody, TranscriptItem, TurnUsage } from "./item.ts";

/** A message whose turn has not started. */
export interface WaitingMessage {
  readonly messageId: string;
  readonly content: string;
  readonly attachments: readonly AttachmentName[];
}

export interface RunningTurn {
  readonly turnId: string;
  readonly messageId: string | null;
  readonly startedAt: string;
  /** The current step, as described by the server. */
  readonly step: string | null;
  /** Index of the turn's first item. */
  readonly from: number;
}

/**
 * A call of a session tool in the running turn of which only one report exists so far: that of the harness, that of the
 * server, or its result.
 */
export interface HalfCall {
  /** The called tool. A result may belong to any of several tools. */
  readonly tools: readonly string[];
  readonly key: string;
  readonly by: "harness" | "server" | "result";
}

/** A session's events in readable form. Immutable: `extendTranscript` returns a new transcript. */
export interface Transcript {
  readonly items: readonly TranscriptItem[];
  /** Queued messages, in the order in which they will run. */
  readonly waiting: readonly WaitingMessage[];
  readonly turn: RunningTurn | null;
  /** Usage of the running turn so far. */
  readonly usage: TurnUsage | null;
  /** Time until which the idle sandbox is kept running, or null if it is not. */
  readonly keptUntil: string | null;
  /** Keys of items that wait for a person's decision. */
  readonly openAsks: ReadonlySet<string>;
  readonly openTools: ReadonlySet<string>;
  readonly halfCalls: readonly HalfCall[];
  /** ID of the newest event that changed the session itself, or 0 if there is none. */
  readonly changedBy: number;
  /**
   * Index in `items` for each key. A transcript shares the map with the transcripts derived from it, because copying
   * the map for each event would take most of the time. The map may contain keys of items that only later transcripts
   * have.
   */
  readonly places: Map<string, number>;
}

/** A mutable transcript during one update. Other code has no access to the draft until the update is complete. */
export interface Draft {
  items: TranscriptItem[];
  waiting: readonly WaitingMessage[];
  turn: RunningTurn | null;
  usage: TurnUsage | null;
  keptUntil: string | null;
  openAsks: Set<string>;
  openTools: Set<string>;
  halfCalls: readonly HalfCall[];
  changedBy: number;
  places: Map<string, number>;
}

export const emptyTranscript = (): Transcript => ({
  items: [],
  waiting: [],
  turn: null,
  usage: null,
  keptUntil: null,
  openAsks: new Set(),
  openTools: new Set(),
  halfCalls: [],
  changedBy: 0,
  places: new Map(),
});

export function copyToDraft(transcript: Transcript): Draft {
  const { items, openAsks, openTools } = transcript;
  return {
    ...transcript,
    items: [...items],
    openAsks: new Set(openAsks),
    openTools: new Set(openTools),
  };
}

export function addItem(draft: Draft, key: string, at: string, body: ItemBody): void {
  draft.places.set(key, draft.items.length);
  draft.items.push({ key, at, ...body });
}

/** Replaces the body of an existing row. Other rows remain the same objects. */
export function replaceItem(draft: Draft, index: number, body: ItemBody): void {
  const { key, at } = draft.items[index]!;
  draft.items[index] = { key, at, ...body };
}

export function itemAt<Kind extends ItemBody["kind"]>(
  draft: Draft,
  key: string,
  kind: Kind,
): { readonly index: number; readonly item: Extract<TranscriptItem, { kind: Kind }> } | null {
  const index = draft.places.get(key);
  const item = index === undefined ? undefined : draft.items[index];
  if (index === undefined || item?.kind !== kind) return null;
  return { index, item: item as Extract<TranscriptItem, { kind: Kind }> };
}

/** Key of the task list of a turn. */
export function planKey(turn: RunningTurn | null): string {
  return `plan:${turn?.turnId ?? ""}`;
}

/** Returns the newest row, or null if it is of another kind. */
export function findLastItem<Kind extends ItemBody["kind"]>(
  draft: Draft,
  kind: Kind,
): { readonly index: number; readonly item: Extract<TranscriptItem, { kind: Kind }> } | null {
  const item = draft.items.at(-1);
  return item?.kind === kind ? { index: draft.items.length - 1, item: item as never } : null;
}
