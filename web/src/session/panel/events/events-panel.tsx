import { Group, MultiSelect, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { text } from "../../../text/index.ts";
import { Nothing } from "../nothing.tsx";
import type { PanelProps } from "../panel-props.ts";
import { EventDetail } from "./event-detail.tsx";
import { EventList } from "./event-list.tsx";
import classes from "./events-panel.module.css";

/** All session events as recorded. */
export function EventsPanel({ events }: PanelProps) {
  const [types, setTypes] = useState<string[]>([]);
  const [chosenId, setChosenId] = useState<number | null>(null);
  const known = useMemo(() => Object.entries(countByType(events)).sort(), [events]);
  const shown = useMemo(() => {
    const wanted = new Set(types);
    return wanted.size === 0 ? events : events.filter(({ eventType }) => wanted.has(eventType));
  }, [events, types]);
  const chosen = chosenId === null ? undefined : shown.find(({ id }) => id === chosenId);
  if (events.length === 0) return <Nothing>{text.panel.events.none}</Nothing>;
  return (
    <>
      <Group className={classes.toolbar} gap="sm">
        <MultiSelect
          flex={1}
          miw={200}
          size="xs"
          data={known.map(([type, count]) => ({ value: type, label: `${type} (${count})` }))}
          value={types}
          onChange={setTypes}
          placeholder={types.length === 0 ? text.panel.events.all : ""}
          aria-label={text.panel.events.filter}
          clearable
          searchable
        />
        <Text size="xs" c="dimmed" role="status">
          {text.panel.events.shown(shown.length, events.length)}
        </Text>
      </Group>
      <EventList events={shown} chosenId={chosenId} onChoose={setChosenId} />
      {chosen === undefined ? (
        <Text size="xs" c="dimmed" className={classes.hint}>
          {text.panel.events.choose}
        </Text>
      ) : (
        <EventDetail event={chosen} onClose={() => setChosenId(null)} />
      )}
    </>
  );
}

function countByType(events: PanelProps["events"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { eventType } of events) counts[eventType] = (counts[eventType] ?? 0) + 1;
  return counts;
}
