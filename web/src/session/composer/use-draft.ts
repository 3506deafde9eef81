import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import { usePerson } from "../../api/who.ts";
import type { Attached } from "../../composer/use-attachments.ts";
import { readStored, writeStored } from "../../stored.ts";

interface MessageDraft {
  readonly words: string;
  readonly attachments: readonly Attached[];
}

const emptyDraft: MessageDraft = { words: "", attachments: [] };

/**
 * Returns the user's unsent message, which is stored in this browser. Without a stored one, it is `prompt`: the task of
 * a session that has not started. An unchanged task follows `prompt`, which becomes empty when another page starts the
 * session.
 */
export function useDraft(
  sessionId: string,
  prompt: string,
): [MessageDraft, Dispatch<SetStateAction<MessageDraft>>] {
  const key = `message:${usePerson().id}:${sessionId}`;
  const [draft, setDraft] = useState(() => {
    const stored = readDraft(readStored(key));
    return isEmpty(stored) ? { ...stored, words: prompt } : stored;
  });
  const [seen, setSeen] = useState(prompt);
  if (seen !== prompt) {
    setSeen(prompt);
    if (draft.words === seen) setDraft({ ...draft, words: prompt });
  }
  useEffect(() => {
    const isUnchanged = isEmpty({ ...draft, words: draft.words === prompt ? "" : draft.words });
    writeStored(key, isUnchanged ? null : JSON.stringify(draft));
  }, [key, draft, prompt]);
  return [draft, setDraft];
}

const isEmpty = ({ words, attachments }: MessageDraft) => words === "" && attachments.length === 0;

/** Parses a stored draft. Omits invalid parts, which another version of the page may have written. Pure. */
export function readDraft(kept: string | null): MessageDraft {
  if (kept === null) return emptyDraft;
  try {
    const { words, attachments } = JSON.parse(kept) as Partial<Record<keyof MessageDraft, unknown>>;
    return {
      words: typeof words === "string" ? words : "",
      attachments: Array.isArray(attachments) ? attachments.filter(isAttached) : [],
    };
  } catch {
    return emptyDraft;
  }
}

function isAttached(value: unknown): value is Attached {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, sizeBytes } = value as Partial<Record<keyof Attached, unknown>>;
  return typeof id === "string" && typeof name === "string" && typeof sizeBytes === "number";
}
