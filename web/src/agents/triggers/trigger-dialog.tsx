import { Modal } from "@mantine/core";
import { text } from "../../text/index.ts";
import { TriggerForm, type TriggerFormProps } from "./trigger-form.tsx";

const words = text.agentStarts.triggers;

export function TriggerDialog({ isOpen, ...form }: TriggerFormProps & { readonly isOpen: boolean }) {
  return (
    <Modal
      opened={isOpen}
      onClose={form.onClose}
      title={form.trigger === null ? words.add : words.editTitle}
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <TriggerForm {...form} />
    </Modal>
  );
}
