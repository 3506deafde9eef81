import { ActionIcon, Group, Text } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./starts.module.css";

/** Row for a schedule or trigger, with its title, details and actions. */
export function StartItem({
  name,
  about,
  edit,
  remove,
}: {
  readonly name: string;
  readonly about?: ReactNode;
  readonly edit?: { readonly label: string; readonly run: () => void };
  readonly remove: { readonly label: string; readonly run: () => void; readonly isPending?: boolean };
}) {
  return (
    <li className={classes.start}>
      <div className={classes.words}>
        <Text size="sm" fw={550} dir="auto">
          {name}
        </Text>
        {about !== undefined && (
          <Text size="xs" c="dimmed" component="div" dir="auto">
            {about}
          </Text>
        )}
      </div>
      <Group gap={4} wrap="nowrap">
        {edit !== undefined && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={edit.label}
            title={edit.label}
            onClick={edit.run}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={remove.label}
          title={remove.label}
          loading={remove.isPending ?? false}
          onClick={remove.run}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
    </li>
  );
}
