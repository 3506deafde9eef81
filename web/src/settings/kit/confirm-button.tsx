import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ConfirmDialog, type Confirmed } from "../../components/confirm-dialog.tsx";
import { settingsText } from "../../text/settings/index.ts";

interface Confirmation {
  readonly label: string;
  /** Accessible name of the button, if `label` alone is ambiguous. */
  readonly name?: string;
  readonly question: string;
  readonly consequence: string;
  readonly cancelLabel?: string;
  readonly change: Confirmed;
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
}: Confirmation & Pick<ButtonProps, "variant" | "size"> & { readonly color?: string }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="subtle" color={color} size="xs" aria-label={name} {...props} onClick={open}>
        {label}
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={close}
        title={question}
        confirm={label}
        cancel={cancelLabel}
        change={change}
        color={color}
      >
        {consequence}
      </ConfirmDialog>
    </>
  );
}
