import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { text } from "../text/index.ts";
import { Refusal } from "./refusal.tsx";

export type Confirmed = Pick<
  UseMutationResult<unknown, Error, void>,
  "mutate" | "error" | "isPending" | "reset"
>;

/** Dialog that sends a change after the user confirms it, and then closes. Shows why the server rejected the change. */
export function ConfirmDialog({
  isOpen,
  onClose,
  title,
  children,
  confirm,
  cancel,
  change,
  color = "red",
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** The consequence of the change. */
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  readonly change: Confirmed;
  readonly color?: string | undefined;
}) {
  const { mutate, error, isPending, reset } = change;
  // An error of an earlier attempt does not describe the next one.
  useEffect(() => {
    if (isOpen) reset();
  }, [isOpen, reset]);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <Stack>
        <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }} dir="auto">
          {children}
        </Text>
        <Refusal error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancel}
          </Button>
          <Button color={color} loading={isPending} onClick={() => mutate(undefined, { onSuccess: onClose })}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
