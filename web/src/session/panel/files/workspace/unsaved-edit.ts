import { readStored, writeStored } from "../../../../stored.ts";

/** A person's unsaved changes to a file of the workspace. */
export interface UnsavedEdit {
  readonly path: string;
  /** Content that the person has read, and its SHA-256. */
  readonly content: string;
  readonly sha256: string;
  /** Content that the person has written. */
  readonly value: string;
}

const fields = ["path", "content", "sha256", "value"] as const satisfies readonly (keyof UnsavedEdit)[];
const keyOf = (sessionId: string) => `workspaceEdit:${sessionId}`;

/** Stores the changes in this browser, so that they survive a closed panel or a reload. Null removes them. */
export function storeEdit(sessionId: string, edit: UnsavedEdit | null): void {
  writeStored(keyOf(sessionId), edit === null ? null : JSON.stringify(edit));
}

export const readEdit = (sessionId: string): UnsavedEdit | null => parseEdit(readStored(keyOf(sessionId)));

/** Returns null for text that another version of the page has written. Pure. */
export function parseEdit(stored: string | null): UnsavedEdit | null {
  if (stored === null) return null;
  try {
    const edit = JSON.parse(stored) as Partial<Record<keyof UnsavedEdit, unknown>> | null;
    return edit !== null && fields.every((field) => typeof edit[field] === "string")
      ? (edit as UnsavedEdit)
      : null;
  } catch {
    return null;
  }
}
