import { Center, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Empty state that explains what will appear here. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return (
    <Center p="xl">
      <Text size="sm" c="dimmed" ta="center" maw={380}>
        {children}
      </Text>
    </Center>
  );
}
