import { Button, Group, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../../../api/client.ts";
import { Failed } from "../../../../components/failed.tsx";
import { visibleName } from "../../../../components/visible-name.ts";
import { text } from "../../../../text/index.ts";
import { storeEdit, type UnsavedEdit } from "./unsaved-edit.ts";
import classes from "./workspace.module.css";

const words = text.panel.workspace;

interface FileEditorProps {
  readonly sessionId: string;
  /** The file as it was read, with whose hash the server detects changes by others. */
  readonly edit: UnsavedEdit;
  readonly onEnd: () => void;
}

/** Editor for a text file of the workspace. The text stays after a failed save, and if the panel is closed. */
export function FileEditor({ sessionId, edit, onEnd }: FileEditorProps) {
  const { path, content, sha256 } = edit;
  const [value, setValue] = useState(edit.value);
  const save = useMutation({
    mutationFn: () =>
      tembo.sessions.workspace.save(sessionId, { path, content: restoreBreaks(value, content), sha256 }),
    onSuccess: onEnd,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Textarea
        className={classes.editor}
        value={value}
        onChange={({ currentTarget: { value: typed } }) => {
          setValue(typed);
          storeEdit(sessionId, typed === content ? null : { ...edit, value: typed });
        }}
        aria-label={words.editorOf(visibleName(path))}
        rows={20}
        resize="vertical"
        spellCheck={false}
      />
      <Text size="xs" c="dimmed" my="xs">
        {words.about}
      </Text>
      {save.isError && <Failed error={save.error} onRetry={() => save.mutate()} />}
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={onEnd} disabled={save.isPending}>
          {words.discard}
        </Button>
        <Button size="compact-sm" type="submit" loading={save.isPending} disabled={value === content}>
          {words.save}
        </Button>
      </Group>
    </form>
  );
}

/** Browsers change the line breaks of a field to LF. Restores CRLF if the whole file had it. */
function restoreBreaks(value: string, original: string): string {
  const isCrlf = original.includes("\r\n") && !/(?<!\r)\n/.test(original);
  return isCrlf ? value.replaceAll(/\r?\n/g, "\r\n") : value;
}
