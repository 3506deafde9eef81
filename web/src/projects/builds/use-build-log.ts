import { useEffect, useState } from "react";
import { tembo } from "../../api/client.ts";
import { followLog, noLog, type ShownLog } from "./follow-log.ts";

const HIDDEN_PAUSE_MS = 250;

/** Returns the log of a build, which grows until the build ends, and a function that reads it again after an error. */
export function useBuildLog(
  projectId: string,
  buildId: string,
): { readonly log: ShownLog; readonly retry: () => void } {
  const [log, setLog] = useState(noLog);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads the log again after each retry
  useEffect(() => {
    const ender = new AbortController();
    const { signal } = ender;
    setLog(noLog);
    void followLog(tembo.projects.builds.log(projectId, buildId, { signal }), setLog, {
      signal,
      schedule: (show) => (document.hidden ? setTimeout(show, HIDDEN_PAUSE_MS) : requestAnimationFrame(show)),
    });
    return () => ender.abort();
  }, [projectId, buildId, attempt]);
  return { log, retry: () => setAttempt((old) => old + 1) };
}
