import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { tembo } from "../api/client.ts";
import { Refusal } from "../components/refusal.tsx";
import { text } from "../text/index.ts";
import { useSignIn } from "./use-sign-in.ts";

export function PasswordForm() {
  const { next = "/sessions" } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn(() => tembo.signIn.create({ email: email.trim(), password }), next);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          type="email"
          label={text.signIn.email}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="username"
          withAsterisk={false}
          autoFocus
          required
        />
        <PasswordInput
          label={text.signIn.password}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          withAsterisk={false}
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
