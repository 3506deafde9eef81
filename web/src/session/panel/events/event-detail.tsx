import { Button, CloseButton, CopyButton, Group, Title } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { SessionEvent } from "@tembo-io/sdk";
import { text } from "../../../text/index.ts";
import classes from "./events-panel.module.css";

interface EventDetailProps {
  readonly event: SessionEvent;
  readonly onClose: () => void;
}

export function EventDetail({ event, onClose }: EventDetailProps) {
  const json = JSON.stringify(event, null, 2);
  return (
    <section className={classes.detail} aria-label={text.panel.events.chosen(event.id)}>
      <Group justify="space-between" className={classes.detailHead}>
        <Title order={3}>{text.panel.events.chosen(event.id)}</Title>
        <Group gap={4}>
          <CopyButton value={json}>
            {({ copied, copy }) => (
              <Button
                size="compact-xs"
                variant="subtle"
                color="gray"
                onClick={copy}
                leftSection={
                  copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
                }
              >
                {copied ? text.panel.events.copied : text.panel.events.copy}
              </Button>
            )}
          </CopyButton>
          <CloseButton size="sm" aria-label={text.general.close} onClick={onClose} />
        </Group>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable with the keyboard */}
      <pre className={classes.json} tabIndex={0} dir="auto">
        {json}
      </pre>
    </section>
  );
}
