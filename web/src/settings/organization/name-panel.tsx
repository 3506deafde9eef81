import { TextInput } from "@mantine/core";
import type { Organization } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Panel, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.organization.name;

export function NamePanel({ organization }: { readonly organization: Organization }) {
  const isAdmin = useIsAdmin();
  const [name, setName] = useState(organization.name);
  const save = useChange(() => tembo.organizations.update(organization.id, { name }), {
    stale: [["organization", organization.id]],
    done: settingsText.saved,
  });
  return (
    <Panel title={words.title}>
      <Form
        change={save}
        onSubmit={() => save.mutate()}
        canSubmit={name !== organization.name}
        readOnly={!isAdmin}
      >
        <TextInput
          label={words.label}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          readOnly={!isAdmin}
          dir="auto"
          required
          withAsterisk={false}
        />
      </Form>
    </Panel>
  );
}
