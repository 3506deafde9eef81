import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { tembo } from "../api/client.ts";
import { Refusal } from "../components/refusal.tsx";
import { text } from "../text/index.ts";
import { NewPasswordInput } from "./new-password-input.tsx";
import { SignInFrame } from "./sign-in-frame.tsx";
import { useSignIn } from "./use-sign-in.ts";

/**
 * Page for an invitation link. The token follows the `#`, so the browser does not send it when it requests the page.
 */
export function WelcomePage() {
  const token = useLocation({ select: ({ hash }) => hash });
  return (
    <SignInFrame title={text.signIn.welcome.title}>
      {token === "" ? (
        <Alert color="red" variant="light" role="alert">
          {text.signIn.welcome.noToken}
        </Alert>
      ) : (
        <WelcomeForm token={token} />
      )}
      <Anchor component={Link} to="/sign-in" size="sm" ta="center">
        {text.signIn.welcome.toSignIn}
      </Anchor>
    </SignInFrame>
  );
}

function WelcomeForm({ token }: { readonly token: string }) {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const welcome = useSignIn(
    () => tembo.signIn.welcome({ token, name: name.trim(), email: email.trim(), password }),
    "/sessions",
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    welcome.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{text.signIn.welcome.body}</Text>
        <TextInput
          label={text.signIn.welcome.name}
          description={text.signIn.welcome.nameHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="name"
          maxLength={200}
          withAsterisk={false}
          autoFocus
          required
        />
        <TextInput
          type="email"
          label={text.signIn.email}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="username"
          maxLength={255}
          withAsterisk={false}
          required
        />
        <NewPasswordInput label={text.signIn.newPassword.label} value={password} onChange={setPassword} />
        <Refusal error={welcome.error} />
        <Button type="submit" loading={welcome.isPending}>
          {text.signIn.welcome.submit}
        </Button>
      </Stack>
    </form>
  );
}
