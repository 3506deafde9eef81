import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { UseMutationResult } from "@tanstack/react-query";
import { Refusal } from "../../components/refusal.tsx";
import { settingsText } from "../../text/settings/index.ts";

interface Confirmation {
  readonly label: string;
  /** Accessible name of the button, if `label` alone is ambiguous. */
  readonly name?: string;
  readonly question: string;
  readonly consequence: string;
  readonly cancelLabel?: string;
  readonly change: Pick<UseMutationResult<unknown, Error, void>, "mutate" | "error" | "isPending" | "reset">;
}

/** Button that asks for confirmation in a dialog before it sends the change. */
export function ConfirmButton({
  label,
  name,
  question,
  consequence,
  change,
  cancelLabel = settingsText.cancel,
  color = "red",
  ...props
}: Confirmation & Pick<ButtonProps, "variant" | "size" | "color">) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const ask = () => {
    change.reset();
    open();
  };
  return (
    <>
      <Button variant="subtle" color={color} size="xs" aria-label={name} {...props} onClick={ask}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={question} centered>
        <Stack>
          <Text size="sm" style={{ overflowWrap: "anywhere" }} dir="auto">
            {consequence}
          </Text>
          <Refusal error={change.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {cancelLabel}
            </Button>
            <Button
              color={color}
              loading={change.isPending}
              onClick={() => change.mutate(undefined, { onSuccess: close })}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
