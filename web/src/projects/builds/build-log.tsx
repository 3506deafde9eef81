import { Button, CopyButton, Group, Text, Title } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useMemo, useRef } from "react";
import { Failed } from "../../components/failed.tsx";
import { ScrollRegion } from "../../components/scroll-region.tsx";
import { ConnectionMark } from "../../session/header/connection-mark.tsx";
import { stripTerminalCodes } from "../../session/strip-terminal-codes.ts";
import { useStickToEnd } from "../../session/use-stick-to-end.ts";
import { projectsText } from "../../text/projects/index.ts";
import classes from "./builds.module.css";
import { useBuildLog } from "./use-build-log.ts";

const words = projectsText.builds;

/** Log of a build. Follows new output until the user scrolls up. */
export function BuildLog({
  projectId,
  buildId,
  isActive,
  isLost,
  onRetry,
}: {
  readonly projectId: string;
  readonly buildId: string;
  /** True if the build is pending or running. */
  readonly isActive: boolean;
  /** True if the server does not respond. */
  readonly isLost: boolean;
  /** Called to read the log again after an error. Remounts the component. */
  readonly onRetry: () => void;
}) {
  const log = useBuildLog(projectId, buildId);
  const output = useMemo(() => stripTerminalCodes(log.text), [log.text]);
  const viewport = useRef<HTMLElement>(null);
  const { isAtEnd, toEnd } = useStickToEnd(viewport, output.length);
  return (
    <section aria-label={words.log}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Title order={3}>{words.log}</Title>
          {isActive && log.error === null && <ConnectionMark connection={isLost ? "lost" : "live"} />}
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
        <ScrollRegion ref={viewport} className={classes.log} label={words.log}>
          {output === "" ? (
            <Text size="sm" c="dimmed">
              {log.status === null ? words.noLog : words.noOutput}
            </Text>
          ) : (
            <pre dir="ltr">{output}</pre>
          )}
        </ScrollRegion>
        {!isAtEnd && (
          <Button
            size="xs"
            className={classes.latest}
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
