import { Button, PasswordInput, Stack } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { tembo } from "../api/client.ts";
import { Refusal } from "../components/refusal.tsx";
import { text } from "../text/index.ts";
import { useSignIn } from "./use-sign-in.ts";

export function ApiKeyForm() {
  const { next = "/sessions" } = useSearch({ from: "/sign-in" });
  const [apiKey, setApiKey] = useState("");
  const signIn = useSignIn(() => tembo.signIn.create({ apiKey: apiKey.trim() }), next);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput
          label={text.signIn.apiKey}
          description={text.signIn.apiKeyHint}
          value={apiKey}
          onChange={(event) => setApiKey(event.currentTarget.value)}
          // Prevents a password manager from saving the key as a password.
          autoComplete="off"
          withAsterisk={false}
          autoFocus
          required
        />
        <Refusal error={signIn.error} />
        <Button type="submit" loading={signIn.isPending}>
          {text.signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}
