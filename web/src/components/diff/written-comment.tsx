import { CloseButton, Text } from "@mantine/core";
import { text } from "../../text/index.ts";
import classes from "./written-comment.module.css";

interface WrittenCommentProps {
  readonly body: string;
  readonly onRemove: () => void;
}

/** An unsent comment on a line. */
export function WrittenComment({ body, onRemove }: WrittenCommentProps) {
  return (
    <div className={classes.comment}>
      <div className={classes.words}>
        <Text size="xs" c="dimmed">
          {text.diff.notSent}
        </Text>
        <p dir="auto">{body}</p>
      </div>
      <CloseButton size="sm" aria-label={text.diff.remove} onClick={onRemove} />
    </div>
  );
}
