import { TextInput } from "@mantine/core";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { whoQuery } from "../../api/who-query.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.account.profile;

export function ProfilePanel() {
  const person = usePerson();
  const [name, setName] = useState(person.name ?? "");
  const [email, setEmail] = useState(person.email ?? "");
  const save = useChange(
    () =>
      tembo.users.update(person.id, {
        ...(name !== (person.name ?? "") && { name }),
        ...(email !== (person.email ?? "") && { email }),
      }),
    { stale: [whoQuery.queryKey, ["members"]], done: settingsText.saved },
  );
  const isChanged = name !== (person.name ?? "") || email !== (person.email ?? "");
  return (
    <Panel title={words.title} about={words.about}>
      <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged}>
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="name"
          maxLength={200}
          dir="auto"
        />
        <TextInput
          type="email"
          label={words.email}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="email"
          maxLength={255}
        />
      </Form>
    </Panel>
  );
}
