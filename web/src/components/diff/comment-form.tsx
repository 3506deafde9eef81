import { Button, Group, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { text } from "../../text/index.ts";
import { Failed } from "../failed.tsx";
import classes from "./comment-form.module.css";

interface CommentFormProps {
  readonly label: string;
  readonly onAdd: (body: string) => void | Promise<void>;
  readonly onClose: () => void;
}

/** Form for a comment on one line. Ctrl+Enter or Cmd+Enter adds the comment, and Escape closes the form. */
export function CommentForm({ label, onAdd, onClose }: CommentFormProps) {
  const [body, setBody] = useState("");
  const add = useMutation({ mutationFn: async () => onAdd(body.trim()), onSuccess: onClose });
  const canAdd = body.trim() !== "" && !add.isPending;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (canAdd) add.mutate();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && canAdd) add.mutate();
      }}
    >
      <Textarea
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        aria-label={label}
        placeholder={text.diff.writeHint}
        autosize
        minRows={2}
        maxRows={12}
        data-autofocus
        ref={focus}
        dir="auto"
      />
      {add.isError && <Failed error={add.error} />}
      <Group gap="xs" justify="flex-end">
        <Button size="xs" variant="default" onClick={onClose}>
          {text.diff.cancel}
        </Button>
        <Button size="xs" type="submit" disabled={!canAdd} loading={add.isPending}>
          {text.diff.add}
        </Button>
      </Group>
    </form>
  );
}

/** Focuses the field, because the user has just opened the form. */
function focus(element: HTMLTextAreaElement | null) {
  element?.focus({ preventScroll: true });
}
