import { Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Agent } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Failed } from "../../components/failed.tsx";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
import { agentChanged } from "../agent/agent-changed.ts";
import { agentQuery } from "../agents-query.ts";
import { toMarkdown } from "../form/instructions.ts";
import classes from "./versions-tab.module.css";

const { versions } = text.agents;

/** Instructions of one version of an agent, with a button that restores the version. */
export function Version({
  agent,
  version,
  onRestored,
}: {
  readonly agent: Agent;
  readonly version: number;
  readonly onRestored: (version: number) => void;
}) {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ["agent-version", agent.id, version],
    queryFn: ({ signal }) => tembo.agents.contentRevisions.retrieve(agent.id, version, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const restore = useMutation({
    mutationFn: () =>
      tembo.agents.contentRevisions.restore(agent.id, version, {
        expectedContentVersion: agent.contentVersion,
      }),
    onSuccess: (saved) => {
      queryClient.setQueryData(agentQuery(agent.id).queryKey, saved);
      onRestored(saved.contentVersion);
      notifications.show({ message: versions.restored });
    },
    onSettled: () => agentChanged(queryClient, agent.id),
  });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loader aria-label={text.general.loading} />;
  const words = toMarkdown(query.data.instructions);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>{versions.version(version)}</Title>
        {version !== agent.contentVersion && (
          <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
            {versions.restore}
          </Button>
        )}
      </Group>
      <Refusal error={restore.error} />
      {words === "" ? (
        <Text c="dimmed">{versions.empty}</Text>
      ) : (
        <div className={classes.words} dir="auto">
          {words}
        </div>
      )}
    </Stack>
  );
}
