import { Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { text } from "../text/index.ts";

/** Layout of the pages that do not require a sign-in. */
export function SignInFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--surface-2)">
      <Stack w="100%" maw={400} gap="lg">
        <Group gap={10} justify="center">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <Text fw={650} size="lg">
            {text.general.product}
          </Text>
        </Group>
        <Card withBorder p="xl" radius="lg">
          <Stack>
            <Title order={1}>{title}</Title>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}
