import { useCallback, useEffect, useRef, useState } from "react";
import { readStored, writeStored } from "../stored.ts";
import { type Draft, emptyChoices, emptyDraft, readDraft } from "./draft.ts";
import { type Remembered, readRemembered, recall, remember } from "./remembered.ts";

/**
 * Returns the user's draft in this browser. The draft persists across reloads until it is sent. A new draft has the
 * repositories of the last session, and their last choices.
 */
export function useDraft(userId: string) {
  const key = `draft:${userId}`;
  const rememberedKey = `choices:${userId}`;
  const readChoices = useCallback(
    () => readRemembered(readStored(rememberedKey), emptyChoices),
    [rememberedKey],
  );
  const [fresh] = useState((): Draft => {
    const remembered = readChoices();
    const { repositoryIds } = remembered;
    return { ...emptyDraft, repositoryIds, ...recall(remembered, repositoryIds) };
  });
  const [draft, setDraft] = useState(() => {
    const stored = readStored(key);
    return stored === null ? fresh : readDraft(stored);
  });
  const isSent = useRef(false);
  useEffect(() => {
    if (!isSent.current) writeStored(key, draft === fresh ? null : JSON.stringify(draft));
  }, [key, draft, fresh]);
  const change = useCallback(
    (by: Partial<Draft> | ((old: Draft) => Partial<Draft>)) =>
      setDraft((old) => ({ ...old, ...(typeof by === "function" ? by(old) : by) })),
    [],
  );
  /** Changes the draft by a function that also receives the choices of earlier sessions. */
  const changeFrom = useCallback(
    (by: (old: Draft, remembered: Remembered) => Partial<Draft>) => change((old) => by(old, readChoices())),
    [change, readChoices],
  );
  const clear = useCallback(() => setDraft(fresh), [fresh]);
  /**
   * Removes the sent draft from the storage and remembers its choices. The page keeps showing it until the next page
   * opens.
   */
  const finish = useCallback(
    (sent: Draft) => {
      isSent.current = true;
      writeStored(key, null);
      writeStored(rememberedKey, JSON.stringify(remember(readChoices(), sent)));
    },
    [key, rememberedKey, readChoices],
  );
  return { draft, change, changeFrom, clear, finish };
}
