import { Button, NativeSelect, Text } from "@mantine/core";
import { IconFileDiff } from "@tabler/icons-react";
import { useState } from "react";
import type { DiffFormProps } from "../../../components/diff/diff-lines.tsx";
import { text } from "../../../text/index.ts";
import classes from "../conversation/conversation.module.css";
import { WriteForm } from "../conversation/write-form.tsx";
import { linesBefore, suggestionOf } from "./suggest-lines.ts";

interface LineFormProps extends Omit<DiffFormProps, "onAdd"> {
  readonly onAdd: (body: string, startLine: number) => Promise<unknown>;
}

/**
 * Form for a comment on a line. On the new side, the comment can cover several lines that end at this line, and users
 * can suggest a change to the lines.
 */
export function LineForm({ file, place, label, onAdd, onClose }: LineFormProps) {
  const words = text.review.comment;
  const [start, setStart] = useState(place.line);
  const lines = place.side === "new" ? linesBefore(file, place.line) : [];
  return (
    <div className={classes.form}>
      <WriteForm
        label={label}
        hint={words.hint}
        submit={words.add}
        onSubmit={(body) => onAdd(body, start)}
        onClose={onClose}
        tools={(body, setBody) =>
          lines.length === 0 ? (
            <Text size="xs" c="dimmed">
              {place.side === "old" && words.noSuggestion}
            </Text>
          ) : (
            <>
              <NativeSelect
                size="xs"
                label={words.begins}
                value={String(start)}
                onChange={(event) => setStart(Number(event.currentTarget.value))}
                data={lines.map(({ line }) => String(line))}
              />
              <Button
                size="xs"
                variant="default"
                leftSection={<IconFileDiff size={14} aria-hidden />}
                onClick={() => setBody(suggestionOf(body, lines, start))}
              >
                {words.suggest}
              </Button>
            </>
          )
        }
      />
    </div>
  );
}
