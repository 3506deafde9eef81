import type { AttachmentName, ItemBody, TranscriptItem, TurnUsage } from "./item.ts";

/** A message whose turn has not begun. */
export interface WaitingMessage {
  readonly messageId: string;
  readonly content: string;
  readonly attachments: readonly AttachmentName[];
}

export interface RunningTurn {
  readonly turnId: string;
  readonly messageId: string | null;
  readonly startedAt: string;
  /** What it is at, in the server's words. */
  readonly step: string | null;
}

/** All that a session has told, as a person reads it. Never changed: `extendTranscript` makes the next one. */
export interface Transcript {
  readonly items: readonly TranscriptItem[];
  /** In the order in which they will be worked. */
  readonly waiting: readonly WaitingMessage[];
  readonly turn: RunningTurn | null;
  /** Of the running turn, so far. */
  readonly usage: TurnUsage | null;
  /** Until when the idle sandbox stays up. */
  readonly keptUntil: string | null;
  /** Keys of the items that wait for a person's answer. */
  readonly openAsks: ReadonlySet<string>;
  readonly openTools: ReadonlySet<string>;
  /** The id of the newest event by which the session itself is another than before. */
  readonly changedBy: number;
  /**
   * Where in `items` a key stands. It is one map for all that come from one another, as copying it for each event would be most of the
   * work; of a key that came later an earlier transcript has no item.
   */
  readonly places: Map<string, number>;
}

/** The next transcript while it is made; nobody else sees it before it is done. */
export interface Draft {
  items: TranscriptItem[];
  waiting: readonly WaitingMessage[];
  turn: RunningTurn | null;
  usage: TurnUsage | null;
  keptUntil: string | null;
  openAsks: Set<string>;
  openTools: Set<string>;
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
  changedBy: 0,
  places: new Map(),
});

export function draftOf(transcript: Transcript): Draft {
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

/** Puts another body in the place of a row that is there; the rows around it stay the same objects. */
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

/** The newest row, if it is of this kind. */
export function lastOf<Kind extends ItemBody["kind"]>(
  draft: Draft,
  kind: Kind,
): { readonly index: number; readonly item: Extract<TranscriptItem, { kind: Kind }> } | null {
  const item = draft.items.at(-1);
  return item?.kind === kind ? { index: draft.items.length - 1, item: item as never } : null;
}
