import { Alert, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { whoQuery } from "../api/who-query.ts";
import { Loading } from "../components/loading/loading.tsx";
import { text } from "../text/index.ts";
import { ApiKeyForm } from "./api-key-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SignInFrame } from "./sign-in-frame.tsx";

export function SignInPage() {
  const { data: who, isPending } = useQuery(whoQuery);
  const needsFirstUser = who?.needsFirstUser === true;
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <SignInFrame title={text.signIn.title}>
      {needsFirstUser && (
        <Alert role="note" color="teal" variant="light" title={text.signIn.firstUser.title}>
          {text.signIn.firstUser.body}
        </Alert>
      )}
      {/* Rendered once the order of the methods is known, so that it does not change while the user types. */}
      {isPending ? (
        <Loading />
      ) : (
        <Tabs
          value={chosen ?? (needsFirstUser ? "apiKey" : "password")}
          onChange={setChosen}
          keepMounted={false}
        >
          <Tabs.List grow mb="md" aria-label={text.signIn.ways}>
            <Tabs.Tab value="password">{text.signIn.password}</Tabs.Tab>
            <Tabs.Tab value="apiKey">{text.signIn.apiKey}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="password">
            <PasswordForm />
          </Tabs.Panel>
          <Tabs.Panel value="apiKey">
            <ApiKeyForm />
          </Tabs.Panel>
        </Tabs>
      )}
    </SignInFrame>
  );
}
