import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import type { Attached } from "../../composer/use-attachments.ts";
import { readStored, writeStored } from "../stored.ts";

interface MessageDraft {
  readonly words: string;
  readonly attachments: readonly Attached[];
}

/** What is written and attached and not sent, kept in this browser for each session. */
export function useDraft(sessionId: string): [MessageDraft, Dispatch<SetStateAction<MessageDraft>>] {
  const key = `message:${sessionId}`;
  const [draft, setDraft] = useState(() => readDraft(readStored(key)));
  useEffect(() => {
    const isEmpty = draft.words === "" && draft.attachments.length === 0;
    writeStored(key, isEmpty ? null : JSON.stringify(draft));
  }, [key, draft]);
  return [draft, setDraft];
}

function readDraft(kept: string | null): MessageDraft {
  return kept === null ? { words: "", attachments: [] } : (JSON.parse(kept) as MessageDraft);
}
