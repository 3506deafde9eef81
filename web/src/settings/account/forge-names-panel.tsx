import { Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ForgeName } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { forgeNamesQuery } from "../../api/forge-names.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.account.forgeNames;

/** The user's forge usernames. The review inbox uses them to find the user's pull requests and reviews. */
export function ForgeNamesPanel() {
  const { id } = usePerson();
  const query = useQuery(forgeNamesQuery(id));
  return (
    <Panel title={words.title} about={words.about}>
      <Loaded query={query}>
        {(names) => (
          <>
            {names.map((name) => (
              <NameForm key={name.integrationId} userId={id} name={name} />
            ))}
            <Text size="sm" c="dimmed">
              {words.builtIn}
            </Text>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function NameForm({ userId, name }: { readonly userId: string; readonly name: ForgeName }) {
  const { integrationId, displayName, webUrl } = name;
  const [login, setLogin] = useState(name.login ?? "");
  const save = useChange(
    () =>
      tembo.users.forgeNames.update(userId, integrationId, {
        login: login.trim() === "" ? null : login,
      }),
    {
      stale: [forgeNamesQuery(userId).queryKey, ["pullRequests"]],
      done: settingsText.saved,
      onDone: (saved) => setLogin(saved.login ?? ""),
    },
  );
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={login.trim() !== (name.login ?? "")}>
      <TextInput
        label={words.label(displayName)}
        description={words.hint(webUrl)}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
        maxLength={255}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        dir="auto"
      />
    </Form>
  );
}
