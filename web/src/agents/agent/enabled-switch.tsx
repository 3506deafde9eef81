import { Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Agent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { agentChanged } from "./agent-changed.ts";

/** Enables or disables the agent's automatic starts. Shows the state from the last server response. */
export function EnabledSwitch({ agent }: { readonly agent: Pick<Agent, "id" | "name" | "enabledAt"> }) {
  const queryClient = useQueryClient();
  const isEnabled = agent.enabledAt !== null;
  const change = useMutation({
    mutationFn: () => tembo.agents.update(agent.id, { enabled: !isEnabled }),
    onSuccess: () => agentChanged(queryClient, agent.id),
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  return (
    <Switch
      checked={isEnabled}
      disabled={change.isPending}
      onChange={() => change.mutate()}
      aria-label={text.agents.enabled(agent.name)}
    />
  );
}
