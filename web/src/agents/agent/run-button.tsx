import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { agentChanged } from "./agent-changed.ts";

/**
 * Button that starts a run and then opens the run's session. If there is no session, for example because the run is
 * queued or failed, opens the list of runs.
 */
export function RunButton({ agentId }: { readonly agentId: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: async () => {
      const { jobId } = await tembo.agents.runs.create(agentId);
      return tembo.agents.runs.retrieve(agentId, jobId);
    },
    onSuccess: async ({ sessionId }) => {
      void agentChanged(queryClient, agentId);
      if (sessionId === null)
        await navigate({ to: "/agents/$agentId", params: { agentId }, search: { tab: "runs" } });
      else await navigate({ to: "/sessions/$sessionId", params: { sessionId } });
    },
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      loading={run.isPending}
      onClick={() => run.mutate()}
    >
      {text.agents.run}
    </Button>
  );
}
