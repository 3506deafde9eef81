import { Anchor, Center, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { text } from "../text/index.ts";

export function NotFound() {
  return (
    <Center component="main" h="60vh">
      <Stack align="center" gap="xs">
        <Text>{text.general.notFound}</Text>
        <Anchor component={Link} to="/sessions">
          {text.general.toSessions}
        </Anchor>
      </Stack>
    </Center>
  );
}
