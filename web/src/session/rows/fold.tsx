import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { createContext, type ReactNode, use, useId, useState } from "react";
import classes from "./rows.module.css";

/** Which rows are open, kept while rows come and go with scrolling. */
export const OpenRows = createContext<Map<string, boolean>>(new Map());

/** A line that opens what lies under it. */
export function Fold({
  name,
  line,
  isOpenAtFirst = false,
  children,
}: {
  /** Of the row, within its session. */
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
