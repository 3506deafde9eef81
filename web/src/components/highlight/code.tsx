import { Alert } from "@mantine/core";
import { text } from "../../text/index.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import classes from "./code.module.css";
import { Highlighted } from "./highlighted.tsx";

/** Bidirectional control characters that can disguise a line: LRE to RLO, and LRI to PDI. */
const directionMarks = /[\u202A-\u202E\u2066-\u2069]/;

/** Code with line numbers. Copied code does not include the numbers. */
export function Code({
  name,
  language,
  children,
}: {
  readonly name: string;
  readonly language: string | null;
  readonly children: string;
}) {
  const lines = (children.endsWith("\n") ? children.slice(0, -1) : children).split("\n").length;
  return (
    <>
      {directionMarks.test(children) && (
        <Alert color="yellow" variant="light" m="sm">
          {text.browse.directionMarks}
        </Alert>
      )}
      <ScrollRegion label={text.browse.code(name)} className={classes.code}>
        <pre className={classes.numbers} aria-hidden>
          {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
        </pre>
        <pre className={classes.lines}>
          <Highlighted language={language}>{children}</Highlighted>
        </pre>
      </ScrollRegion>
    </>
  );
}
