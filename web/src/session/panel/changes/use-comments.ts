import { useSessionStorage } from "@mantine/hooks";
import type { LineComment } from "./comments.ts";

const none: readonly LineComment[] = [];

/** The unsent comments of the session. They survive a reload. */
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
