import { ActionIcon, CopyButton, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { repositoryChoices } from "../api/choices.ts";
import { SetupPanel } from "../setup/setup-panel.tsx";
import { text } from "../text/index.ts";
import classes from "./composer.module.css";
import { Composer } from "./composer.tsx";

/** Empty state of the session list: the form for a new session, and a CLI command that creates a session. */
export function FirstSession() {
  const repository = useQuery(repositoryChoices).data?.[0]?.label ?? "local/my-project";
  const { title, body, orWith, copy, copied } = text.sessions.empty;
  const command = `tembo session create "Fix the failing test" --repo ${repository} --watch`;
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <SetupPanel />
        <Title order={2}>{title}</Title>
        <Text c="dimmed" mt={4} mb="lg">
          {body}
        </Text>
        <Composer />
        <Stack gap={6} mt="xl">
          <Text size="sm">{orWith}</Text>
          <div className={classes.command}>
            <code>{command}</code>
            <CopyButton value={command}>
              {({ copied: isCopied, copy: copyIt }) => (
                <ActionIcon
                  variant="subtle"
                  color={isCopied ? "teal" : "gray"}
                  aria-label={isCopied ? copied : copy}
                  onClick={copyIt}
                >
                  {isCopied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                </ActionIcon>
              )}
            </CopyButton>
          </div>
        </Stack>
      </div>
    </div>
  );
}
