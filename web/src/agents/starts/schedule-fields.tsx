import { NumberInput, Select, TextInput } from "@mantine/core";
import { text } from "../../text/index.ts";
import { intervals, type ScheduleDraft, timeFieldValue } from "./schedule-words.ts";

const words = text.agentStarts.schedule;
const often = intervals.map((value) => ({ value, label: words[value] }));
const weekdays = words.weekdays.map((label, day) => ({ value: String(day), label }));
const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

export function ScheduleFields({
  draft,
  onChange,
}: {
  readonly draft: ScheduleDraft;
  readonly onChange: (draft: ScheduleDraft) => void;
}) {
  const change = (part: Partial<ScheduleDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Select
        label={words.every}
        data={often}
        value={draft.every}
        allowDeselect={false}
        onChange={(chosen) => change({ every: intervals.find((every) => every === chosen)! })}
        data-autofocus
      />
      {draft.every === "week" && (
        <Select
          label={words.weekday}
          data={weekdays}
          value={String(draft.weekday)}
          allowDeselect={false}
          onChange={(day) => change({ weekday: Number(day) })}
        />
      )}
      {draft.every === "month" && (
        <WholeNumber
          label={words.date}
          value={draft.date}
          min={1}
          max={31}
          onChange={(date) => change({ date })}
        />
      )}
      {draft.every === "hour" && (
        <WholeNumber
          label={words.minute}
          value={draft.minute}
          min={0}
          max={59}
          onChange={(minute) => change({ minute })}
        />
      )}
      {draft.every === "expression" && (
        <TextInput
          label={words.cron}
          description={words.cronHint}
          value={draft.cron}
          onChange={(event) => change({ cron: event.currentTarget.value })}
          required
          maxLength={400}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
      )}
      {!["hour", "expression"].includes(draft.every) && (
        <TextInput
          type="time"
          label={words.time}
          value={timeFieldValue(draft)}
          onChange={(event) => change(hourAndMinute(event.currentTarget.value))}
          required
        />
      )}
      <Select
        label={words.zone}
        data={zones.includes(draft.zone) ? zones : [draft.zone, ...zones]}
        value={draft.zone}
        allowDeselect={false}
        searchable
        limit={200}
        onChange={(zone) => change({ zone: zone! })}
      />
    </>
  );
}

function WholeNumber({
  onChange,
  ...input
}: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <NumberInput
      {...input}
      onChange={(value) => {
        if (typeof value === "number") onChange(value);
      }}
      allowDecimal={false}
      clampBehavior="strict"
      required
    />
  );
}

/**
 * Parses a time of day. Returns no fields while the typed time is incomplete, so the draft keeps the last complete
 * time.
 */
function hourAndMinute(time: string): Partial<ScheduleDraft> {
  const [hour, minute] = time.split(":").map(Number);
  return hour === undefined || minute === undefined ? {} : { hour, minute };
}
