import { Center, Stack, Title } from "@mantine/core";
import { text } from "../text/index.ts";
import { TextLink } from "./text-link.tsx";

export function NotFound() {
  return (
    <Center h="60vh">
      <Stack align="center" gap="xs">
        <Title order={1} size="h2">
          {text.general.notFound}
        </Title>
        <TextLink to="/sessions">{text.general.toSessions}</TextLink>
      </Stack>
    </Center>
  );
}
