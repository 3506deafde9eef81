import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { tembo } from "../../api/client.ts";
import { errorMessage } from "../../api/query-client.ts";
import { formatTime } from "../../format/dates.ts";
import { text } from "../../text/index.ts";
import { keepAliveQuery } from "../keep-alive-query.ts";

const words = text.session.keepAlive;
const extensions = [
  { minutes: 60, name: words.hour },
  { minutes: 240, name: words.hours(4) },
];

/** Menu that shows when the idle sandbox stops, with actions to change that time. */
export function KeepAliveMenu({
  sessionId,
  changedBy,
}: {
  readonly sessionId: string;
  readonly changedBy: number;
}) {
  const client = useQueryClient();
  const { queryKey } = keepAliveQuery(sessionId);
  const kept = useQuery(keepAliveQuery(sessionId));
  // biome-ignore lint/correctness/useExhaustiveDependencies: reloads after each event that may have changed it
  useEffect(
    () => void client.invalidateQueries({ queryKey: ["keep-alive", sessionId] }),
    [sessionId, changedBy],
  );
  const keep = useMutation({
    mutationFn: (minutes: number) => tembo.sessions.keepAlive(sessionId, minutes),
    onSuccess: () => client.invalidateQueries({ queryKey }),
    onError: (error) =>
      notifications.show({ color: "red", title: text.general.failed, message: errorMessage(error) }),
  });
  if (!kept.data?.isKept || kept.data.keepAliveUntil === null) return null;
  const until = formatTime(new Date(kept.data.keepAliveUntil));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={keep.isPending}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {words.until(until)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {extensions.map(({ minutes, name }) => (
          <Menu.Item key={minutes} onClick={() => keep.mutate(minutes)}>
            {words.extend(name)}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => keep.mutate(0)}>{words.end}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
