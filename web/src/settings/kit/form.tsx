import { Button, Group, Modal, Stack } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";

interface FormProps {
  readonly change: Pick<UseMutationResult<unknown, Error, never>, "error" | "isPending">;
  readonly onSubmit: () => void;
  readonly submit?: string;
  /** False if there are no changes to save. */
  readonly canSubmit?: boolean;
  /** True if the submit button is hidden, because the user cannot change the settings. */
  readonly readOnly?: boolean;
  readonly children: ReactNode;
}

/** Form with one submit button. Shows the server's error below the fields. */
export function Form({
  change,
  onSubmit,
  submit = settingsText.save,
  canSubmit = true,
  readOnly = false,
  children,
}: FormProps) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    // React propagates events from a dialog's portal to its React parent. Without this call, a form behind the dialog
    // would also be submitted.
    event.stopPropagation();
    onSubmit();
  };
  return (
    <form onSubmit={send}>
      <Stack>
        {children}
        <Refusal error={change.error} />
        {!readOnly && (
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending} disabled={!canSubmit}>
              {submit}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

/** Form in a dialog. Its fields are reset each time the dialog opens. */
export function FormModal({
  title,
  isOpen,
  onClose,
  children,
}: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ "aria-label": settingsText.close }}
    >
      {children}
    </Modal>
  );
}
