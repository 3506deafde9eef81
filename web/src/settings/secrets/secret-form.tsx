import { PasswordInput, TextInput } from "@mantine/core";
import type { OrganizationSecret } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.secrets;
/** Minimum length of a masked value. Masking shorter values could hide large parts of a transcript. */
const LEAST_MASKED_LENGTH = 6;

/** Form that creates a secret, or updates `secret`. */
export function SecretForm({
  secret,
  onDone,
}: {
  readonly secret?: OrganizationSecret;
  readonly onDone: () => void;
}) {
  const { organizationId } = usePerson();
  const [key, setKey] = useState(secret?.key ?? "");
  const [value, setValue] = useState("");
  const save = useChange(
    () =>
      secret === undefined
        ? tembo.organizations.secrets.create(organizationId, { key, value })
        : tembo.organizations.secrets.update(organizationId, secret.id, {
            ...(key !== secret.key && { key }),
            ...(value !== "" && { value }),
          }),
    { stale: [["secrets"]], done: settingsText.saved, onDone },
  );
  const isChanged = secret === undefined ? key !== "" && value !== "" : key !== secret.key || value !== "";
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged}>
      <TextInput
        label={words.key}
        placeholder="DATABASE_URL"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        maxLength={255}
        ff="monospace"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <PasswordInput
        label={secret === undefined ? words.value : words.newValue}
        description={secret === undefined ? undefined : words.newValueHint}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        autoComplete="off"
        error={value !== "" && value.length < LEAST_MASKED_LENGTH && words.short}
      />
    </Form>
  );
}
