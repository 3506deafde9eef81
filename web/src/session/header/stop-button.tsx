import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { sessionQuery } from "../session-query.ts";

export function StopButton({ sessionId }: { readonly sessionId: string }) {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => tembo.sessions.stop(sessionId),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery(sessionId).queryKey }),
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlayerStop size={14} aria-hidden />}
      loading={stop.isPending}
      onClick={() => stop.mutate()}
    >
      {text.session.header.stop}
    </Button>
  );
}
