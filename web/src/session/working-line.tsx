import { Loader, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { formatLongDuration } from "../format/duration.ts";
import { text } from "../text/index.ts";
import type { RunningTurn } from "./transcript/draft.ts";
import classes from "./working-line.module.css";

const SECOND_MS = 1_000;

/** Elapsed time of the agent's turn, or a note that the agent waits for an answer if `isAsking`. */
export function WorkingLine({ turn, isAsking }: { readonly turn: RunningTurn; readonly isAsking: boolean }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - Date.parse(turn.startedAt)) / SECOND_MS));
  return (
    <div className={classes.line}>
      {!isAsking && <Loader size={14} type="dots" aria-hidden />}
      <Text size="sm" c="dimmed">
        {isAsking ? text.session.tab.asks : text.session.workingFor(formatLongDuration(seconds * SECOND_MS))}
      </Text>
    </div>
  );
}
