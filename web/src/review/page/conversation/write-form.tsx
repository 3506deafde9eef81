import { Button, Group, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type Ref, useState } from "react";
import { Failed } from "../../../components/failed.tsx";
import { text } from "../../../text/index.ts";

interface WriteFormProps {
  readonly label: string;
  readonly hint: string;
  readonly submit: string;
  readonly onSubmit: (body: string) => Promise<unknown>;
  /** Closes the form. If `onClose` is absent, the form stays open and is cleared after the comment has been sent. */
  readonly onClose?: (() => void) | undefined;
  /** Additional controls, which can change the text. */
  readonly tools?: ((body: string, setBody: (body: string) => void) => ReactNode) | undefined;
}

/**
 * Form for a comment on the forge. Ctrl+Enter or Cmd+Enter sends the comment, and Escape closes the form. After an
 * error, the form keeps the text.
 */
export function WriteForm({ label, hint, submit, onSubmit, onClose, tools }: WriteFormProps) {
  const [body, setBody] = useState("");
  const send = useMutation({
    mutationFn: () => onSubmit(body.trim()),
    onSuccess: () => {
      setBody("");
      onClose?.();
    },
  });
  const canSend = body.trim() !== "" && !send.isPending;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) send.mutate();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose?.();
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && canSend) send.mutate();
      }}
    >
      <Textarea
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        aria-label={label}
        placeholder={hint}
        autosize
        minRows={2}
        maxRows={16}
        dir="auto"
        ref={onClose === undefined ? null : (focus as Ref<HTMLTextAreaElement>)}
      />
      {send.isError && <Failed error={send.error} />}
      <Group gap="xs" justify="space-between" mt="xs" align="flex-end">
        <Group gap="xs" align="flex-end">
          {tools?.(body, setBody)}
        </Group>
        <Group gap="xs" ml="auto">
          {onClose !== undefined && (
            <Button size="xs" variant="default" onClick={onClose}>
              {text.review.comment.cancel}
            </Button>
          )}
          <Button size="xs" type="submit" disabled={!canSend} loading={send.isPending}>
            {submit}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

/** Focuses the field, because the user has just opened the form. */
function focus(element: HTMLTextAreaElement | null) {
  element?.focus({ preventScroll: true });
}
