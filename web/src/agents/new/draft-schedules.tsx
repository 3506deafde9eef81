import { useDisclosure } from "@mantine/hooks";
import { text } from "../../text/index.ts";
import { ScheduleDialog } from "../starts/schedule-dialog.tsx";
import { describeSchedule } from "../starts/schedule-words.ts";
import { StartItem } from "../starts/start-item.tsx";
import { StartSection } from "../starts/start-section.tsx";

const words = text.agentStarts.schedules;

/** Schedules of an agent that has not been created yet. */
export function DraftSchedules({
  crons,
  onChange,
}: {
  readonly crons: readonly string[];
  readonly onChange: (crons: readonly string[]) => void;
}) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <StartSection title={words.title} none={words.none} add={words.add} onAdd={open}>
        {crons.map((cron) => (
          <StartItem
            key={cron}
            name={describeSchedule(cron)}
            remove={{
              label: words.deleteOf(describeSchedule(cron)),
              run: () => onChange(crons.filter((other) => other !== cron)),
            }}
          />
        ))}
      </StartSection>
      <ScheduleDialog
        isOpen={isOpen}
        cron={null}
        onSave={(cron) => {
          onChange([...crons.filter((other) => other !== cron), cron]);
          close();
        }}
        isSaving={false}
        error={null}
        onClose={close}
      />
    </>
  );
}
