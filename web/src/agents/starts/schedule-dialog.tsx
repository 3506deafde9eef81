import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Moment } from "../../components/moment.tsx";
import { Refusal } from "../../components/refusal.tsx";
import { readerTimeZone } from "../../format/dates.ts";
import { text } from "../../text/index.ts";
import { scheduleTimesQuery } from "../agents-query.ts";
import { ScheduleFields } from "./schedule-fields.tsx";
import { firstDraft, parseExpression, toExpression } from "./schedule-words.ts";
import classes from "./starts.module.css";

const TYPING_PAUSE_MS = 300;
const { schedules, schedule: words } = text.agentStarts;

interface ScheduleFormProps {
  /** The expression to edit, or null for a new schedule. */
  readonly cron: string | null;
  readonly onSave: (cron: string) => void;
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
}

export function ScheduleDialog({ isOpen, ...form }: ScheduleFormProps & { readonly isOpen: boolean }) {
  return (
    <Modal
      opened={isOpen}
      onClose={form.onClose}
      title={form.cron === null ? schedules.add : schedules.editTitle}
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <ScheduleForm {...form} />
    </Modal>
  );
}

function ScheduleForm({ cron, onSave, isSaving, error, onClose }: ScheduleFormProps) {
  const [draft, setDraft] = useState(() =>
    cron === null ? firstDraft(readerTimeZone()) : parseExpression(cron),
  );
  const expression = toExpression(draft);
  const [settled] = useDebouncedValue(expression, TYPING_PAUSE_MS);
  const times = useQuery(scheduleTimesQuery(settled));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // React propagates events from a portal to its React parent, here the form that creates an agent. Without this
    // call, that form would also be submitted.
    event.stopPropagation();
    onSave(expression);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <ScheduleFields draft={draft} onChange={setDraft} />
        <div aria-live="polite">
          {times.isSuccess && (
            <>
              <Text size="sm">{words.times}</Text>
              <ol className={classes.times}>
                {times.data.map((time) => (
                  <li key={time}>
                    <Moment at={time} />
                  </li>
                ))}
              </ol>
            </>
          )}
          {times.isError && <Refusal error={times.error} />}
        </div>
        <Refusal error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {schedules.cancel}
          </Button>
          <Button type="submit" loading={isSaving}>
            {schedules.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
