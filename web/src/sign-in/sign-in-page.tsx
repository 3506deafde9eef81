import { Alert, Button, Card, Center, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { tembo } from "../api/client.ts";
import { sentenceOf } from "../api/query-client.ts";
import { text } from "../text/index.ts";

export function SignInPage() {
  const { next = "/sessions" } = useSearch({ from: "/sign-in" });
  const [apiKey, setApiKey] = useState("");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => tembo.signIn.create({ apiKey: apiKey.trim() }),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ href: next, replace: true });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card withBorder w="100%" maw={400} p="xl">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1}>{text.signIn.title}</Title>
            <PasswordInput
              label={text.signIn.apiKey}
              value={apiKey}
              onChange={(event) => setApiKey(event.currentTarget.value)}
              autoComplete="current-password"
              autoFocus
              required
            />
            <Text size="xs" c="dimmed">
              {text.signIn.apiKeyHint}
            </Text>
            {signIn.isError && (
              <Alert color="red" role="alert">
                {sentenceOf(signIn.error)}
              </Alert>
            )}
            <Button type="submit" loading={signIn.isPending}>
              {text.signIn.submit}
            </Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
