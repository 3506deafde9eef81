import { useEffect, useState } from "react";
import { tembo } from "../../api/client.ts";
import { followLog, noLog, type ShownLog } from "./follow-log.ts";

const HIDDEN_PAUSE_MS = 250;

/** Returns the log of a build, which grows until the build ends. */
export function useBuildLog(projectId: string, buildId: string): ShownLog {
  const [log, setLog] = useState(noLog);
  useEffect(() => {
    const ender = new AbortController();
    const { signal } = ender;
    setLog(noLog);
    void followLog(tembo.projects.builds.log(projectId, buildId, { signal }), setLog, {
      signal,
      schedule: (show) => (document.hidden ? setTimeout(show, HIDDEN_PAUSE_MS) : requestAnimationFrame(show)),
    });
    return () => ender.abort();
  }, [projectId, buildId]);
  return log;
}
