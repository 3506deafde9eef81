import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import { readStored, writeStored } from "../stored.ts";

/** What is typed and not sent, kept in this browser for each session. */
export function useDraft(sessionId: string): [string, Dispatch<SetStateAction<string>>] {
  const key = `draft:${sessionId}`;
  const [draft, setDraft] = useState(() => readStored(key) ?? "");
  useEffect(() => writeStored(key, draft === "" ? null : draft), [key, draft]);
  return [draft, setDraft];
}
