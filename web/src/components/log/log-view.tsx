import { Button, CopyButton, Group, Text, Title } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { type ReactNode, useMemo, useRef } from "react";
import { stripTerminalCodes } from "../../session/strip-terminal-codes.ts";
import { useStickToEnd } from "../../session/use-stick-to-end.ts";
import { text } from "../../text/index.ts";
import { Failed } from "../failed.tsx";
import { ScrollRegion } from "../scroll-region.tsx";
import type { ShownLog } from "./follow-log.ts";
import classes from "./log-view.module.css";

const words = text.general.log;

interface LogViewProps {
  readonly log: ShownLog;
  readonly label: string;
  /** Text that replaces an empty log. */
  readonly empty: string;
  /** State of the log's program, next to the title. */
  readonly mark: ReactNode;
  /** Called to read the log again after an error. */
  readonly onRetry: () => void;
}

/** Shows a log. Follows new output until the user scrolls up. */
export function LogView({ log, label, empty, mark, onRetry }: LogViewProps) {
  const output = useMemo(() => stripTerminalCodes(log.text), [log.text]);
  const viewport = useRef<HTMLElement>(null);
  const { isAtEnd, toEnd } = useStickToEnd(viewport, output.length);
  return (
    <section aria-label={label}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Title order={3}>{label}</Title>
          {mark}
        </Group>
        {output !== "" && (
          <CopyButton value={output}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                <span aria-live="polite">{copied ? words.copied : words.copy}</span>
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
      <div className={classes.frame}>
        <ScrollRegion ref={viewport} className={classes.log} label={label}>
          {output === "" ? (
            <Text size="sm" c="dimmed">
              {empty}
            </Text>
          ) : (
            <>
              {log.isCut && (
                <Text size="sm" c="dimmed">
                  {words.cut}
                </Text>
              )}
              <pre dir="ltr">{output}</pre>
            </>
          )}
        </ScrollRegion>
        {!isAtEnd && (
          <Button
            size="xs"
            className={classes.latest!}
            leftSection={<IconArrowDown size={14} aria-hidden />}
            onClick={toEnd}
          >
            {words.toEnd}
          </Button>
        )}
      </div>
      {log.error !== null && <Failed error={log.error} onRetry={onRetry} />}
    </section>
  );
}
