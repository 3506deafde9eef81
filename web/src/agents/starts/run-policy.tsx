import { Button, Group, NumberInput, Select, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AgentRunPolicy } from "@tembo-io/sdk";
import { type FormEvent, useState } from "react";
import { tembo } from "../../api/client.ts";
import { Refusal } from "../../components/refusal.tsx";
import { text } from "../../text/index.ts";
import { agentChanged } from "../agent/agent-changed.ts";
import { runPolicyQuery } from "../agents-query.ts";

const words = text.agentStarts.policy;
const overlaps = ["parallel", "queue", "skip"] as const;

export function RunPolicy({
  agentId,
  policy,
}: {
  readonly agentId: string;
  readonly policy: AgentRunPolicy;
}) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Partial<Pick<AgentRunPolicy, "overlap" | "pauseAfterFailures">>>({});
  const { overlap, pauseAfterFailures } = { ...policy, ...draft };
  const isDirty = overlap !== policy.overlap || pauseAfterFailures !== policy.pauseAfterFailures;
  const save = useMutation({
    mutationFn: () => tembo.agents.updateRunPolicy(agentId, draft),
    onSuccess: async (saved) => {
      queryClient.setQueryData(runPolicyQuery(agentId).queryKey, saved);
      setDraft({});
      notifications.show({ message: words.saved });
      await agentChanged(queryClient, agentId);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} aria-label={words.title}>
      <Stack gap="sm">
        <Title order={2}>{words.title}</Title>
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <Select
            label={words.overlap}
            data={overlaps.map((value) => ({ value, label: words.overlaps[value] }))}
            value={overlap}
            allowDeselect={false}
            onChange={(chosen) =>
              setDraft({ ...draft, overlap: overlaps.find((value) => value === chosen)! })
            }
          />
          <NumberInput
            label={words.pause}
            placeholder={words.pauseHint}
            value={pauseAfterFailures ?? ""}
            min={1}
            max={100}
            allowDecimal={false}
            clampBehavior="strict"
            onChange={(value) =>
              setDraft({ ...draft, pauseAfterFailures: typeof value === "number" ? value : null })
            }
          />
        </Group>
        <Refusal error={save.error} />
        <Group>
          <Button type="submit" variant="default" loading={save.isPending} disabled={!isDirty}>
            {words.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
