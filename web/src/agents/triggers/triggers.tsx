import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Agent, AgentTrigger, AgentTriggerUpdateBody } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { useForgeLabel } from "../../api/providers.ts";
import { errorMessage } from "../../api/query-client.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { agentChanged } from "../agent/agent-changed.ts";
import { agentTriggersQuery } from "../agents-query.ts";
import { StartItem } from "../starts/start-item.tsx";
import { StartSection } from "../starts/start-section.tsx";
import { TriggerDialog } from "./trigger-dialog.tsx";
import { filtersInWords } from "./trigger-filters.ts";

const words = text.agentStarts.triggers;

export function Triggers({ agent }: { readonly agent: Agent }) {
  const queryClient = useQueryClient();
  const query = useQuery(agentTriggersQuery(agent.id));
  const [edited, setEdited] = useState<AgentTrigger | "new" | null>(null);
  const onSuccess = () => agentChanged(queryClient, agent.id);
  const save = useMutation({
    mutationFn: ({ integrationId, ...body }: AgentTriggerUpdateBody) =>
      edited === null || edited === "new"
        ? tembo.agents.triggers.create(agent.id, { ...body, ...(integrationId != null && { integrationId }) })
        : tembo.agents.triggers.update(agent.id, edited.id, { ...body, integrationId }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => tembo.agents.triggers.delete(agent.id, id),
    onSuccess,
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  const open = (trigger: AgentTrigger | "new") => {
    // A save that is still running must not close the dialog that opens now. After the reset, its callbacks of `mutate` no longer run.
    save.reset();
    setEdited(trigger);
  };
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <StartSection title={words.title} none={words.none} add={words.add} onAdd={() => open("new")}>
        {(query.data ?? []).map((trigger) => (
          <StartItem
            key={trigger.id}
            name={trigger.triggerDisplayName}
            about={<About trigger={trigger} />}
            edit={{ label: words.editOf(trigger.triggerDisplayName), run: () => open(trigger) }}
            remove={{
              label: words.deleteOf(trigger.triggerDisplayName),
              run: () => remove.mutate(trigger.id),
              isPending: remove.isPending && remove.variables === trigger.id,
            }}
          />
        ))}
      </StartSection>
      <TriggerDialog
        isOpen={edited !== null}
        trigger={edited === "new" ? null : edited}
        onSave={(body) => save.mutate(body, { onSuccess: () => setEdited(null) })}
        isSaving={save.isPending}
        error={save.error}
        onClose={() => setEdited(null)}
      />
    </>
  );
}

function About({ trigger: { integrationType, filters } }: { readonly trigger: AgentTrigger }) {
  const forge = useForgeLabel(integrationType ?? "local");
  return [forge, ...filtersInWords(filters)].join(" · ");
}
