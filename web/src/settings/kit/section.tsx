import { Card, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import classes from "./section.module.css";

export function Section({
  title,
  about,
  action,
  children,
}: {
  readonly title: string;
  readonly about: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Stack gap="lg">
      <div className={classes.header}>
        <div className={classes.words}>
          <Title order={1}>{title}</Title>
          <Text size="sm" c="dimmed" mt={4}>
            {about}
          </Text>
        </div>
        {action}
      </div>
      {children}
    </Stack>
  );
}

/** A group of related settings on a page. */
export function Panel({
  title,
  about,
  action,
  children,
}: {
  readonly title: string;
  readonly about?: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Card component="section" withBorder p="lg">
      <Stack>
        <div>
          <Group justify="space-between" wrap="nowrap">
            <Title order={2}>{title}</Title>
            {action}
          </Group>
          {about !== undefined && (
            <Text size="sm" c="dimmed" mt={2}>
              {about}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Card>
  );
}

export function useIsAdmin(): boolean {
  return usePerson().role === "org:admin";
}

/** Note that explains why members cannot change these settings. Renders nothing for admins. */
export function ReadOnlyNote() {
  if (useIsAdmin()) return null;
  return (
    <Text size="sm" c="dimmed" role="note">
      {settingsText.readOnly}
    </Text>
  );
}
