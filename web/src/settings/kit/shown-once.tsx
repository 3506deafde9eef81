import { Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { settingsText } from "../../text/settings/index.ts";

/**
 * Dialog with a value that the server does not return again. Only the "Done" button closes the dialog, so that an
 * accidental click does not lose the value.
 */
export function ShownOnce({
  title,
  about,
  value,
  onClose,
}: {
  readonly title: string;
  readonly about: string;
  readonly value: string | null;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={value !== null}
      onClose={onClose}
      title={title}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {value !== null && (
        <Stack>
          <Text size="sm">{about}</Text>
          <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {value}
          </Code>
          <Group justify="flex-end">
            <CopyButton value={value}>
              {({ copied, copy }) => (
                <Button
                  variant="default"
                  onClick={copy}
                  leftSection={
                    copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                  }
                >
                  <span aria-live="polite">{copied ? settingsText.copied : settingsText.copy}</span>
                </Button>
              )}
            </CopyButton>
            <Button onClick={onClose}>{settingsText.kept}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
