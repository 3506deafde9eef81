import { Checkbox, Table } from "@mantine/core";
import type { NotificationChannel, NotificationKind, NotificationSettings } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { notificationsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.notifications;
const kinds = Object.keys(words.kinds) as NotificationKind[];
const channels = ["email", "push"] as const satisfies NotificationChannel[];

/** Table with a checkbox for each kind of notification and each channel. */
export function ChoicesForm({ settings }: { readonly settings: NotificationSettings }) {
  const { id } = usePerson();
  const [draft, setDraft] = useState({ email: settings.email, push: settings.push });
  const save = useChange(() => tembo.users.notifications.update(id, draft), {
    stale: [notificationsQuery(id).queryKey],
    done: settingsText.saved,
  });
  const isChanged = channels.some((channel) =>
    kinds.some((kind) => draft[channel][kind] !== settings[channel][kind]),
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.choices.kind}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel} scope="col">
                {words.choices[channel]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map((kind) => (
            <Table.Tr key={kind}>
              <Table.Td>{words.kinds[kind]}</Table.Td>
              {channels.map((channel) => (
                <Table.Td key={channel}>
                  <Checkbox
                    aria-label={words.choices.choice(words.kinds[kind], words.choices[channel])}
                    checked={draft[channel][kind]}
                    onChange={(event) =>
                      setDraft({
                        ...draft,
                        [channel]: { ...draft[channel], [kind]: event.currentTarget.checked },
                      })
                    }
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Form>
  );
}
