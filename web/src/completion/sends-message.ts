interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * Returns true if the key sends the message. Ctrl+Enter and Cmd+Enter always do. Enter alone does if the person prefers
 * that, but not on a touch screen, whose keyboard has no other key for a new line. Pure.
 */
export function sendsMessage(
  { key, ctrlKey, metaKey, shiftKey, altKey }: Key,
  { enterSends, isTouch }: { readonly enterSends: boolean; readonly isTouch: boolean },
): boolean {
  if (key !== "Enter") return false;
  if (ctrlKey || metaKey) return true;
  return enterSends && !isTouch && !shiftKey && !altKey;
}

/** Returns true if the person's main pointer is a finger. */
export const hasTouchScreen = (): boolean => matchMedia("(pointer: coarse)").matches;
