import { ActionIcon, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { Agent } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import classes from "./starts.module.css";

const words = text.agentStarts.webhook;

/** A curl command that starts the agent, with a button that copies the command. */
export function Webhook({ agent }: { readonly agent: Agent }) {
  const address = `${window.location.origin}/agent/${encodeURIComponent(agent.key ?? agent.id)}/trigger`;
  const command = `curl -X POST ${address} -H "Authorization: Bearer $TEMBO_API_KEY"`;
  return (
    <Stack gap="xs" component="section" aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.body}
      </Text>
      <Group wrap="nowrap" align="flex-start" gap="xs">
        <Code block className={classes.address} flex={1}>
          {command}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="default"
              size={36}
              onClick={copy}
              aria-label={copied ? words.copied : words.copy}
              title={copied ? words.copied : words.copy}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}
