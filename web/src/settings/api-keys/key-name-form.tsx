import { TextInput } from "@mantine/core";
import { useState } from "react";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.apiKeys;

/** Form for a key's name, used to create or rename a key. */
export function KeyNameForm<Result>({
  name: before,
  submit,
  request,
  onDone,
}: {
  readonly name: string;
  readonly submit: string;
  readonly request: (name: string) => Promise<Result>;
  readonly onDone: (result: Result) => void;
}) {
  const [name, setName] = useState(before);
  const save = useChange(() => request(name.trim()), { stale: [["api-keys"]], onDone });
  return (
    <Form
      change={save}
      onSubmit={() => save.mutate()}
      submit={submit}
      canSubmit={name.trim() !== "" && name !== before}
    >
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        dir="auto"
        data-autofocus
      />
    </Form>
  );
}
