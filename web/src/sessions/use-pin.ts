import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SessionListItem } from "@tembo-io/sdk";
import { tembo } from "../api/client.ts";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";

export function usePin() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, isPinned }: Pick<SessionListItem, "id" | "isPinned">) =>
      tembo.sessions.update(id, { isPinned: !isPinned }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["sessions"] }),
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
}
