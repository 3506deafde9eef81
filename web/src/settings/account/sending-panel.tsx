import { Radio, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { userSettingsQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.account.sending;

/** Panel for the key that sends a message. */
export function SendingPanel() {
  const { id } = usePerson();
  const query = useQuery(userSettingsQuery(id));
  return (
    <Panel title={words.title} about={words.about}>
      <Loaded query={query}>
        {({ composerPreferences }) => (
          <SendingForm userId={id} enterSends={composerPreferences?.enterSends ?? false} />
        )}
      </Loaded>
    </Panel>
  );
}

function SendingForm({ userId, enterSends }: { readonly userId: string; readonly enterSends: boolean }) {
  const [key, setKey] = useState(keyOf(enterSends));
  const save = useChange(
    () => tembo.users.settings.update(userId, { composerPreferences: { enterSends: key === "enter" } }),
    { stale: [userSettingsQuery(userId).queryKey], done: settingsText.saved },
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={key !== keyOf(enterSends)}>
      <Radio.Group label={words.label} value={key} onChange={(value) => setKey(keyOf(value === "enter"))}>
        <Stack gap="xs" mt="xs">
          <Radio value="ctrlEnter" label={words.ctrlEnter} />
          <Radio value="enter" label={words.enter} />
        </Stack>
      </Radio.Group>
    </Form>
  );
}

const keyOf = (enterSends: boolean) => (enterSends ? "enter" : "ctrlEnter");
