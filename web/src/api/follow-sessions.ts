import type { Query, QueryClient } from "@tanstack/react-query";
import { TemboError } from "@tembo-io/sdk";
import { tembo } from "./client.ts";
import { createPacer } from "./create-pacer.ts";

/** Pauses between two reads of the same lists, while the tab is visible and while it is hidden. */
const PAUSE_MS = 1_000;
const HIDDEN_PAUSE_MS = 15_000;
/** Pause between two reads of all loaded pages of a list. */
const PAGES_PAUSE_MS = 15_000;
/**
 * Time after the first connection at which the lists are read, unless a change was reported before. They were read just
 * before the connection, so this read is rarely necessary, and does not compete with the first page.
 */
const FIRST_PAUSE_MS = 5_000;
/** Pause before the next connection if the server stays unreachable. The lists are read after each pause. */
const UNREACHABLE_PAUSE_MS = 30_000;

/**
 * Reads the lists of sessions again when the server reports a change, over one WebSocket for the whole tab. Returns a
 * function that stops.
 */
export function followSessions(client: QueryClient): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let isBehind = false;
  const readLists = () => {
    isBehind = document.hidden;
    return readAgain(client, document.hidden ? isShownWhileHidden : isList);
  };
  const lists = createPacer(readLists, () => (document.hidden ? HIDDEN_PAUSE_MS : PAUSE_MS), signal);
  const pages = createPacer(
    () => readAgain(client, needsAllPages),
    () => PAGES_PAUSE_MS,
    signal,
  );
  let first: ReturnType<typeof setTimeout> | undefined;
  const onChange = () => {
    clearTimeout(first);
    lists.request();
    if (!document.hidden) pages.request();
  };
  const onVisible = () => {
    if (!document.hidden && isBehind) lists.requestNow();
  };
  document.addEventListener("visibilitychange", onVisible, { signal });
  const startedAt = performance.now();
  const onFirst = () => {
    const isRecent = performance.now() - startedAt < FIRST_PAUSE_MS;
    first = setTimeout(onChange, isRecent ? FIRST_PAUSE_MS : 0);
  };
  signal.addEventListener("abort", () => clearTimeout(first), { once: true });
  void follow(onFirst, onChange, signal);
  return () => stop.abort();
}

async function follow(onFirst: () => void, onChange: () => void, signal: AbortSignal): Promise<void> {
  let onNext = onFirst;
  while (!signal.aborted) {
    try {
      for await (const _ of tembo.live.sessionChanges({ signal })) {
        onNext();
        onNext = onChange;
      }
    } catch (cause) {
      if (!(cause instanceof TemboError)) throw cause;
      // The next read shows the error, or that the person is signed out.
      await new Promise((resolve) => setTimeout(resolve, UNREACHABLE_PAUSE_MS));
      if (!signal.aborted) onChange();
      onNext = onChange;
    }
  }
}

type Selects = (query: Query) => boolean;

/** Selects the queries that one request repeats. The first page of a list has a query of its own. */
const isList: Selects = ({ queryKey: [first, second] }) =>
  first === "palette" || (first === "sessions" && second !== "pages");

/** Selects the queries for the title and the icon of the tab. */
const isShownWhileHidden: Selects = ({ queryKey: [first, second, third] }) =>
  first === "sessions" && (second === "active" || third === "needsYou");

/** Selects lists with further pages and ranked lists, which have no query for the first page alone. */
const needsAllPages: Selects = ({ queryKey: [first, second, filters], state }) =>
  first === "sessions" &&
  second === "pages" &&
  ((filters as { readonly search?: string }).search !== undefined ||
    ((state.data as { readonly pages: readonly unknown[] } | undefined)?.pages.length ?? 0) > 1);

/** Reads the selected queries again, also those whose first read is not complete, because it may have missed the change. */
async function readAgain(client: QueryClient, predicate: Selects): Promise<void> {
  const isFirst = (query: Query) => query.state.data === undefined && query.state.fetchStatus === "fetching";
  const reading = new Set(client.getQueryCache().findAll({ predicate }).filter(isFirst));
  await client.invalidateQueries({ predicate });
  if (reading.size > 0) await client.invalidateQueries({ predicate: (query) => reading.has(query) });
}
