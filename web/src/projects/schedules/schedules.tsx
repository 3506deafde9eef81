import { Button, Group, Stack, Switch, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ProjectSchedule } from "@tembo-io/sdk";
import { useState } from "react";
import { ScheduleDialog } from "../../agents/starts/schedule-dialog.tsx";
import { describeSchedule } from "../../agents/starts/schedule-words.ts";
import { tembo } from "../../api/client.ts";
import { Moment } from "../../components/moment.tsx";
import { Row, Rows } from "../../settings/kit/rows.tsx";
import { useIsAdmin } from "../../settings/kit/section.tsx";
import { useChange } from "../../settings/kit/use-change.ts";
import { projectsText } from "../../text/projects/index.ts";
import { settingsText } from "../../text/settings/index.ts";
import { schedulesQuery } from "../projects-query.ts";
import { fromExpression, toExpression } from "./expression.ts";

const words = projectsText.builds.schedules;

/** Times at which builds of a project are requested. */
export function Schedules({ projectId }: { readonly projectId: string }) {
  const isAdmin = useIsAdmin();
  const query = useQuery(schedulesQuery(projectId));
  const [edited, setEdited] = useState<ProjectSchedule | "new" | null>(null);
  const { schedules } = tembo.projects;
  const save = useChange(
    (expression: string) => {
      const { cron, timezone } = fromExpression(expression);
      return edited === null || edited === "new"
        ? schedules.create(projectId, { cron, ...(timezone !== null && { timezone }) })
        : schedules.update(projectId, edited.id, { cron, timezone });
    },
    { stale: [schedulesQuery(projectId).queryKey] },
  );
  const open = (schedule: ProjectSchedule | "new") => {
    // A save that is still running must not close the dialog that opens now. After the reset, its callbacks of `mutate` no longer run.
    save.reset();
    setEdited(schedule);
  };
  return (
    <Stack gap="sm" component="section" aria-label={words.title}>
      <Group justify="space-between">
        <Title order={2}>{words.title}</Title>
        {isAdmin && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => open("new")}
          >
            {words.add}
          </Button>
        )}
      </Group>
      <Rows query={query} label={words.title} empty={words.none}>
        {(query.data ?? []).map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} onEdit={() => open(schedule)} />
        ))}
      </Rows>
      <ScheduleDialog
        isOpen={edited !== null}
        cron={edited === null || edited === "new" ? null : toExpression(edited)}
        onSave={(expression) => save.mutate(expression, { onSuccess: () => setEdited(null) })}
        isSaving={save.isPending}
        error={save.error}
        onClose={() => setEdited(null)}
      />
    </Stack>
  );
}

function ScheduleRow({
  schedule,
  onEdit,
}: {
  readonly schedule: ProjectSchedule;
  readonly onEdit: () => void;
}) {
  const isAdmin = useIsAdmin();
  const { id, projectId, enabledAt, nextRunAt } = schedule;
  const name = describeSchedule(toExpression(schedule));
  const isEnabled = enabledAt !== null;
  const change = useChange(() => tembo.projects.schedules.update(projectId, id, { enabled: !isEnabled }), {
    stale: [schedulesQuery(projectId).queryKey],
  });
  return (
    <Row
      title={name}
      about={
        nextRunAt === null ? (
          words.off
        ) : (
          <>
            {words.next} <Moment at={nextRunAt} />
          </>
        )
      }
    >
      {isAdmin && (
        <>
          <Button variant="subtle" size="xs" aria-label={words.editOf(name)} onClick={onEdit}>
            {settingsText.edit}
          </Button>
          <Switch
            checked={isEnabled}
            disabled={change.isPending}
            onChange={() => change.mutate()}
            aria-label={words.enableOf(name)}
          />
        </>
      )}
    </Row>
  );
}
