import { PasswordInput, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form, FormModal } from "./form.tsx";
import { useChange } from "./use-change.ts";
import { answerConfirmationsBy } from "./with-confirmation.ts";

const words = settingsText.account.confirm;

/** Dialog that asks for the password. The app must render exactly one instance. */
export function ConfirmPassword() {
  const [answer, setAnswer] = useState<((isConfirmed: boolean) => void) | null>(null);
  useEffect(() => answerConfirmationsBy((resolve) => setAnswer(() => resolve)), []);
  const end = (isConfirmed: boolean) => {
    answer?.(isConfirmed);
    setAnswer(null);
  };
  return (
    <FormModal title={words.title} isOpen={answer !== null} onClose={() => end(false)}>
      <ConfirmForm onConfirmed={() => end(true)} />
    </FormModal>
  );
}

function ConfirmForm({ onConfirmed }: { readonly onConfirmed: () => void }) {
  const [password, setPassword] = useState("");
  const confirm = useChange(() => tembo.signIn.confirm({ password }), { stale: [], onDone: onConfirmed });
  return (
    <Form
      change={confirm}
      onSubmit={() => confirm.mutate()}
      submit={words.submit}
      canSubmit={password !== ""}
    >
      <Text size="sm">{words.about}</Text>
      <PasswordInput
        label={words.password}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        data-autofocus
      />
    </Form>
  );
}
