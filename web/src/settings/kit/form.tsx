import { Button, Group, Modal, Stack } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";

interface FormProps {
  readonly change: Pick<UseMutationResult<unknown, Error, never>, "error" | "isPending">;
  readonly onSubmit: () => void;
  readonly submit?: string;
  /** False where there is nothing to save. */
  readonly canSubmit?: boolean;
  /** Leaves the button out, for who may look and not change. */
  readonly readOnly?: boolean;
  readonly children: ReactNode;
}

/** Fields with one button. What the server refuses stands below them in its own words. */
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
    // A form in a window is inside of the one behind it, for events of React.
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

/** Such a form in a window. Its fields begin anew each time that it opens. */
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
