import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { createContext, type ReactNode, use, useId, useState } from "react";
import classes from "./rows.module.css";

/** Expanded state of rows, by name. The state persists when a row unmounts during scrolling. */
export const OpenRows = createContext<Map<string, boolean>>(new Map());

/** A line that expands and collapses the content below it. */
export function Fold({
  name,
  line,
  isOpenAtFirst = false,
  children,
}: {
  /** Name of the row, unique within its session. */
  readonly name: string;
  readonly line: ReactNode;
  readonly isOpenAtFirst?: boolean;
  readonly children: () => ReactNode;
}) {
  const opened = use(OpenRows);
  const [isOpen, setOpen] = useState(opened.get(name) ?? isOpenAtFirst);
  const id = useId();
  const toggle = () => {
    opened.set(name, !isOpen);
    setOpen(!isOpen);
  };
  return (
    <div className={classes.fold}>
      <UnstyledButton className={classes.foldLine} onClick={toggle} aria-expanded={isOpen} aria-controls={id}>
        <IconChevronRight
          className={classes.chevron}
          data-open={isOpen || undefined}
          size={14}
          stroke={2}
          aria-hidden
        />
        {line}
      </UnstyledButton>
      <div id={id} className={classes.foldBody} hidden={!isOpen}>
        {isOpen && children()}
      </div>
    </div>
  );
}
