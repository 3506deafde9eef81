import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { sessionQuery } from "../session-query.ts";
import classes from "./stop-button.module.css";

/** Stops the running turn. With queued messages, a menu also clears the queue, because the next message would start. */
export function StopButton({ sessionId, queued }: { readonly sessionId: string; readonly queued: number }) {
  const words = text.session.header;
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: (clearsQueue: boolean) => tembo.sessions.stop(sessionId, { cancelQueued: clearsQueue }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery(sessionId).queryKey }),
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerStop size={14} aria-hidden />}
        disabled={stop.isPending}
        title={queued > 0 ? words.stopHint(queued) : undefined}
        onClick={() => stop.mutate(false)}
        className={queued > 0 ? classes.joinEnd : undefined}
      >
        {stop.isPending ? words.stopping : words.stop}
      </Button>
      {queued > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="default"
              size={30}
              disabled={stop.isPending}
              aria-label={words.stopOptions}
              className={classes.joinStart}
            >
              <IconChevronDown size={14} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => stop.mutate(true)}>{words.stopAll(queued)}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
