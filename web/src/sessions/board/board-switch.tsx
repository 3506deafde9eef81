import { Button } from "@mantine/core";
import { IconLayoutKanban } from "@tabler/icons-react";
import { useKeys } from "../../shell/use-keys.ts";
import { text } from "../../text/index.ts";
import classes from "./session-board.module.css";

/** Switches between the list and the board. */
export function BoardSwitch({ isBoard, toggle }: { readonly isBoard: boolean; readonly toggle: () => void }) {
  useKeys({ b: toggle });
  return (
    <Button
      size="xs"
      variant="default"
      aria-pressed={isBoard}
      aria-label={text.sessions.board.show}
      className={classes.switch}
      onClick={toggle}
    >
      <IconLayoutKanban size={15} aria-hidden />
      <span className={classes.switchLabel}>{text.sessions.board.show}</span>
    </Button>
  );
}
