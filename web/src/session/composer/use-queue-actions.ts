import { useMutation } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import type { WaitingMessage } from "../transcript/draft.ts";

/** Actions for a queued message. The queue itself changes when the event arrives. */
export function useQueueActions({ messageId }: WaitingMessage) {
  const edit = useMutation({
    mutationFn: (words: string) => tembo.messages.update(messageId, { content: words }),
  });
  const move = useMutation({
    mutationFn: (position: number) => tembo.messages.update(messageId, { position }),
  });
  const remove = useMutation({ mutationFn: () => tembo.messages.delete(messageId) });
  const sendNow = useMutation({
    mutationFn: () => tembo.messages.update(messageId, { deliveryMode: "steer" }),
  });
  const all = [edit, move, remove, sendNow];
  return {
    edit,
    move,
    remove,
    sendNow,
    failure: all.find(({ error }) => error !== null)?.error ?? null,
    isBusy: all.some(({ isPending }) => isPending),
  };
}
