import { tembo } from "../../api/client.ts";
import { LogView } from "../../components/log/log-view.tsx";
import { useLog } from "../../components/log/use-log.ts";
import { ConnectionMark } from "../../session/header/connection-mark.tsx";
import { projectsText } from "../../text/projects/index.ts";

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
  const log = useLog(`${projectId} ${buildId}`, (signal) =>
    tembo.projects.builds.log(projectId, buildId, { signal }),
  );
  return (
    <LogView
      log={log}
      label={words.log}
      empty={log.status === null ? words.noLog : words.noOutput}
      mark={isActive && log.error === null && <ConnectionMark connection={isLost ? "lost" : "live"} />}
      onRetry={onRetry}
    />
  );
}
