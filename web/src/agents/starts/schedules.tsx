import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Agent, AgentSchedule } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { Failed } from "../../components/failed.tsx";
import { Moment } from "../../components/moment.tsx";
import { text } from "../../text/index.ts";
import { agentChanged } from "../agent/agent-changed.ts";
import { agentSchedulesQuery } from "../agents-query.ts";
import { ScheduleDialog } from "./schedule-dialog.tsx";
import { describeSchedule } from "./schedule-words.ts";
import { StartItem } from "./start-item.tsx";
import { StartSection } from "./start-section.tsx";

const words = text.agentStarts.schedules;

export function Schedules({ agent }: { readonly agent: Agent }) {
  const queryClient = useQueryClient();
  const query = useQuery(agentSchedulesQuery(agent.id));
  const [edited, setEdited] = useState<AgentSchedule | "new" | null>(null);
  const onSuccess = () => agentChanged(queryClient, agent.id);
  const save = useMutation({
    mutationFn: (cron: string) =>
      edited === null || edited === "new"
        ? tembo.agents.schedules.create(agent.id, { cron })
        : tembo.agents.schedules.update(agent.id, edited.id, { cron }),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: string) => tembo.agents.schedules.delete(agent.id, id),
    onSuccess,
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  const open = (schedule: AgentSchedule | "new") => {
    // A save that is still running must not close the dialog that opens now. After the reset, its callbacks of `mutate` no longer run.
    save.reset();
    setEdited(schedule);
  };
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <StartSection title={words.title} none={words.none} add={words.add} onAdd={() => open("new")}>
        {(query.data ?? []).map((schedule) => {
          const name = describeSchedule(schedule.cron);
          return (
            <StartItem
              key={schedule.id}
              name={name}
              about={<NextRun schedule={schedule} />}
              edit={{ label: words.editOf(name), run: () => open(schedule) }}
              remove={{
                label: words.deleteOf(name),
                run: () => remove.mutate(schedule.id),
                isPending: remove.isPending && remove.variables === schedule.id,
              }}
            />
          );
        })}
      </StartSection>
      <ScheduleDialog
        isOpen={edited !== null}
        cron={edited === null || edited === "new" ? null : edited.cron}
        onSave={(cron) => save.mutate(cron, { onSuccess: () => setEdited(null) })}
        isSaving={save.isPending}
        error={save.error}
        onClose={() => setEdited(null)}
      />
    </>
  );
}

function NextRun({ schedule: { nextRunAt } }: { readonly schedule: AgentSchedule }) {
  if (nextRunAt === null) return words.off;
  return (
    <>
      {words.next} <Moment at={nextRunAt} />
    </>
  );
}
