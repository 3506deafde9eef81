import { NativeSelect, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { QuietHours } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { notificationsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { ownTimeZone, timeZones } from "../../format/dates.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.notifications.quiet;

export function QuietHoursForm({ quietHours }: { readonly quietHours: QuietHours | null }) {
  const { id } = usePerson();
  const [isOn, setOn] = useState(quietHours !== null);
  const [draft, setDraft] = useState(quietHours ?? { from: "22:00", to: "07:00", timeZone: ownTimeZone() });
  const next = isOn ? draft : null;
  const save = useChange(() => tembo.users.notifications.update(id, { quietHours: next }), {
    stale: [notificationsQuery(id).queryKey],
    done: settingsText.saved,
  });
  return (
    <Form
      change={save}
      onSubmit={() => save.mutate()}
      canSubmit={JSON.stringify(next) !== JSON.stringify(quietHours)}
    >
      <Switch label={words.isOn} checked={isOn} onChange={(event) => setOn(event.currentTarget.checked)} />
      {isOn && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} verticalSpacing="sm">
          {(["from", "to"] as const).map((field) => (
            <TextInput
              key={field}
              type="time"
              label={words[field]}
              value={draft[field]}
              onChange={(event) => setDraft({ ...draft, [field]: event.currentTarget.value })}
              required
            />
          ))}
          <NativeSelect
            label={words.timeZone}
            data={timeZones(draft.timeZone)}
            value={draft.timeZone}
            onChange={(event) => setDraft({ ...draft, timeZone: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </Form>
  );
}
