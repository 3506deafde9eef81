import { ActionIcon, Alert, Group, Loader, Text } from "@mantine/core";
import { IconFile, IconX } from "@tabler/icons-react";
import { formatBytes } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import classes from "./composer.module.css";
import type { Attached } from "./use-attachments.ts";

export function AttachmentChips({
  attachments,
  uploads,
  problems,
  onRemove,
}: {
  readonly attachments: readonly Attached[];
  readonly uploads: readonly { readonly number: number; readonly name: string }[];
  readonly problems: readonly string[];
  readonly onRemove: (id: string) => void;
}) {
  return (
    <div aria-live="polite">
      {attachments.length + uploads.length > 0 && (
        <Group gap={6} px="sm" pb="xs">
          {attachments.map(({ id, name, sizeBytes }) => (
            <span key={id} className={classes.chip}>
              <IconFile size={14} aria-hidden />
              <span className={classes.chipName} dir="auto" title={name}>
                {name}
              </span>
              <Text span size="xs" c="dimmed">
                {formatBytes(sizeBytes)}
              </Text>
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={text.composer.remove(name)}
                onClick={() => onRemove(id)}
              >
                <IconX size={12} aria-hidden />
              </ActionIcon>
            </span>
          ))}
          {uploads.map(({ number, name }) => (
            <span key={number} className={classes.chip}>
              <Loader size={12} aria-hidden />
              <span className={classes.chipName} dir="auto">
                {text.composer.uploading(name)}
              </span>
            </span>
          ))}
        </Group>
      )}
      {problems.map((problem) => (
        <Alert key={problem} color="red" variant="light" mx="sm" mb="xs" p="xs">
          {problem}
        </Alert>
      ))}
    </div>
  );
}
