import { ActionIcon, Button, Group, Text, Textarea, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconBolt, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { usePerson } from "../../api/who.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { useSenderId } from "../messages-query.ts";
import { canEdit } from "../session-actions.ts";
import type { WaitingMessage } from "../transcript/draft.ts";
import classes from "./composer.module.css";
import { useQueueActions } from "./use-queue-actions.ts";

const words = text.session.queue;

export function QueueItem({
  sessionId,
  message,
  place,
  isRunning,
}: {
  readonly sessionId: string;
  readonly message: WaitingMessage;
  readonly place: { readonly index: number; readonly isLast: boolean };
  readonly isRunning: boolean;
}) {
  const person = usePerson();
  const isEditable = canEdit(useSenderId(sessionId, message.messageId), person.id);
  const [typed, setTyped] = useState<string | null>(null);
  const { edit, move, remove, sendNow, failure, isBusy } = useQueueActions(message);
  const actions = [
    { name: words.sendNow, icon: IconBolt, run: () => sendNow.mutate(), isShown: isRunning },
    { name: words.edit, icon: IconPencil, run: () => setTyped(message.content), isShown: isEditable },
    { name: words.up, icon: IconArrowUp, run: () => move.mutate(place.index - 1), isShown: place.index > 0 },
    {
      name: words.down,
      icon: IconArrowDown,
      run: () => move.mutate(place.index + 1),
      isShown: !place.isLast,
    },
    { name: words.delete, icon: IconTrash, run: () => remove.mutate(), isShown: true },
  ];
  return (
    <li className={classes.queueItem}>
      {typed === null ? (
        <Group gap={4} wrap="nowrap">
          <Text size="sm" lineClamp={2} className={classes.queueWords} dir="auto">
            {message.content}
          </Text>
          {actions
            .filter(({ isShown }) => isShown)
            .map(({ name, icon: Icon, run }) => (
              <Tooltip key={name} label={name}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={name}
                  disabled={isBusy}
                  onClick={run}
                >
                  <Icon size={15} aria-hidden />
                </ActionIcon>
              </Tooltip>
            ))}
        </Group>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            edit.mutate(typed, { onSuccess: () => setTyped(null) });
          }}
        >
          <Textarea
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            aria-label={words.edit}
            autosize
            maxRows={12}
            autoFocus
          />
          <Group gap={8} mt={8}>
            <Button type="submit" size="xs" loading={edit.isPending} disabled={typed.trim() === ""}>
              {words.save}
            </Button>
            <Button size="xs" variant="default" onClick={() => setTyped(null)}>
              {words.cancel}
            </Button>
          </Group>
        </form>
      )}
      {failure !== null && <Failed error={failure} />}
    </li>
  );
}
