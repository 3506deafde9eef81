import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { usePerson } from "../../api/who.ts";
import { NewPasswordInput } from "../../sign-in/new-password-input.tsx";
import { text } from "../../text/index.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Panel } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { signInsKey } from "./sign-ins-panel.tsx";

const words = settingsText.account.password;

export function PasswordPanel() {
  const { email } = usePerson();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useChange(() => tembo.signIn.changePassword({ next, ...(current !== "" && { current }) }), {
    stale: [signInsKey],
    done: words.done,
    onDone: () => {
      setCurrent("");
      setNext("");
    },
  });
  return (
    <Panel title={words.title} about={words.about}>
      <Form change={change} onSubmit={() => change.mutate()} submit={words.submit} canSubmit={next !== ""}>
        {/* Identifies the account to password managers. */}
        <input type="hidden" autoComplete="username" value={email ?? ""} readOnly />
        <PasswordInput
          label={words.current}
          description={words.currentHint}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
        />
        <NewPasswordInput label={text.signIn.newPassword.next} value={next} onChange={setNext} />
      </Form>
    </Panel>
  );
}
