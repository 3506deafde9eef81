import { Input } from "@mantine/core";
import { maxProjectScriptLength } from "@tembo-io/sdk";
import { type ReactNode, useId } from "react";
import classes from "./script-editor.module.css";

const LEAST_LINES = 5;

/** Text field for a script, with line numbers. Long lines scroll, so that each line has one number. */
export function ScriptEditor({
  label,
  description,
  value,
  readOnly = false,
  onChange,
}: {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly readOnly?: boolean;
  readonly onChange?: (value: string) => void;
}) {
  const id = useId();
  const lines = Math.max(LEAST_LINES, value.split("\n").length);
  return (
    <Input.Wrapper label={label} description={description} id={id}>
      <div className={classes.frame}>
        <div className={classes.numbers} aria-hidden>
          {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
        </div>
        <textarea
          id={id}
          className={classes.script}
          value={value}
          rows={lines}
          wrap="off"
          readOnly={readOnly}
          onChange={(event) => onChange?.(event.currentTarget.value)}
          maxLength={maxProjectScriptLength}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          dir="ltr"
          {...(description !== undefined && { "aria-describedby": `${id}-description` })}
        />
      </div>
    </Input.Wrapper>
  );
}
