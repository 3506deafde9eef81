import { useSessionStorage } from "@mantine/hooks";
import type { LineComment } from "./comments.ts";

const none: readonly LineComment[] = [];

/** Returns the session's unsent comments. They are stored for this browser tab and persist across reloads. */
export function useComments(sessionId: string) {
  const [comments, setComments] = useSessionStorage({
    key: `tembo.comments.${sessionId}`,
    defaultValue: none,
    getInitialValueInEffect: false,
  });
  return {
    comments,
    add: (comment: Omit<LineComment, "id">) =>
      setComments((old) => [...old, { ...comment, id: crypto.randomUUID() }]),
    remove: (id: string) => setComments((old) => old.filter((comment) => comment.id !== id)),
    clear: () => setComments([]),
  };
}
