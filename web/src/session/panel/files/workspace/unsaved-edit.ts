import { readStored, writeStored } from "../../../../stored.ts";

/** A person's unsaved changes to a file of the workspace. */
export interface UnsavedEdit {
  readonly path: string;
  /** SHA-256 of the content that the person has read. */
  readonly sha256: string;
  /** True if all line breaks of that content are CRLF. Browsers change those of a field to LF. */
  readonly isCrlf: boolean;
  /** Text that the person has written, with LF. */
  readonly value: string;
}

/** Maximum length in characters of a text that is stored. The browser's storage has space for about 5 million. */
export const MAX_STORED = 200_000;

const types = {
  path: "string",
  sha256: "string",
  isCrlf: "boolean",
  value: "string",
} as const satisfies Record<keyof UnsavedEdit, string>;

/** Identifies an edit. Users of the same browser do not see the edits of each other. */
export interface EditOwner {
  readonly userId: string;
  readonly sessionId: string;
}

const keyOf = ({ userId, sessionId }: EditOwner) => `workspaceEdit:${userId}:${sessionId}`;

/** Returns the edit of a file whose text has not been changed. Pure. */
export function startEdit(
  file: { readonly path: string; readonly sha256: string },
  content: string,
): UnsavedEdit {
  const isCrlf = content.includes("\r\n") && !/(?<!\r)\n/.test(content);
  return { path: file.path, sha256: file.sha256, isCrlf, value: withLf(content) };
}

/** Returns the text as a field of the page contains it. Pure. */
export const withLf = (content: string) => content.replace(/\r\n?/g, "\n");

/** Returns the content to save. Pure. */
export const contentOf = ({ isCrlf, value }: UnsavedEdit) =>
  isCrlf ? value.replaceAll("\n", "\r\n") : value;

/**
 * Stores the changes in this browser, so that they survive a closed panel or a reload. Null removes them. A text that
 * is too long is not stored, and its earlier version is removed.
 */
export function storeEdit(owner: EditOwner, edit: UnsavedEdit | null): void {
  const isStored = edit !== null && edit.value.length <= MAX_STORED;
  writeStored(keyOf(owner), isStored ? JSON.stringify(edit) : null);
}

export const readEdit = (owner: EditOwner): UnsavedEdit | null => parseEdit(readStored(keyOf(owner)));

/** Returns null for text that another version of the page has written. Pure. */
export function parseEdit(stored: string | null): UnsavedEdit | null {
  if (stored === null) return null;
  try {
    const edit: unknown = JSON.parse(stored);
    return isEdit(edit) ? edit : null;
  } catch {
    return null;
  }
}

function isEdit(value: unknown): value is UnsavedEdit {
  if (typeof value !== "object" || value === null) return false;
  const edit: Partial<Record<string, unknown>> = { ...value };
  return Object.entries(types).every(([field, type]) => typeof edit[field] === type);
}
