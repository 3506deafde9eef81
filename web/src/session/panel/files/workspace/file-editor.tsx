import { Button, Group, Text, Textarea } from "@mantine/core";
import { useDebouncedCallback, useWindowEvent } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../../../../api/client.ts";
import { Failed } from "../../../../components/failed.tsx";
import { visibleName } from "../../../../components/visible-name.ts";
import { formatCount } from "../../../../format/numbers.ts";
import { text } from "../../../../text/index.ts";
import { contentOf, type EditOwner, MAX_STORED, storeEdit, type UnsavedEdit } from "./unsaved-edit.ts";
import classes from "./workspace.module.css";

const words = text.panel.workspace;
/** Time without a key press after which the text is stored, in milliseconds. */
const STORE_MS = 500;

interface FileEditorProps {
  readonly owner: EditOwner;
  /** The edit when the editor opens. With its hash, the server detects changes by others. */
  readonly edit: UnsavedEdit;
  /** Text of the file that has that hash, or null if it is unknown. */
  readonly original: string | null;
  readonly onEnd: () => void;
}

/** Editor for a text file of the workspace. The text stays after a failed save, and if the panel is closed. */
export function FileEditor({ owner, edit, original, onEnd }: FileEditorProps) {
  const { path, sha256 } = edit;
  const [value, setValue] = useState(edit.value);
  const store = useDebouncedCallback((typed: string) => storeEdit(owner, changed(typed)), {
    delay: STORE_MS,
    flushOnUnmount: true,
  });
  useWindowEvent("pagehide", store.flush);
  const changed = (typed: string) => (typed === original ? null : { ...edit, value: typed });
  const end = () => {
    store.cancel();
    onEnd();
  };
  const save = useMutation({
    mutationFn: () =>
      tembo.sessions.workspace.save(owner.sessionId, {
        path,
        content: contentOf({ ...edit, value }),
        sha256,
      }),
    onSuccess: end,
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
          store(typed);
        }}
        aria-label={words.editorOf(visibleName(path))}
        rows={20}
        resize="vertical"
        spellCheck={false}
      />
      <Text size="xs" c="dimmed" my="xs">
        {words.about} {value.length > MAX_STORED && words.notStored(formatCount(MAX_STORED))}
      </Text>
      {save.isError && <Failed error={save.error} onRetry={() => save.mutate()} />}
      <Group gap="xs" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={end} disabled={save.isPending}>
          {words.discard}
        </Button>
        <Button size="compact-sm" type="submit" loading={save.isPending} disabled={value === original}>
          {words.save}
        </Button>
      </Group>
    </form>
  );
}
