import { ThemeIcon } from "@mantine/core";
import { IconPlayerSkipForward } from "@tabler/icons-react";
import { StateMark } from "../../components/state-mark.tsx";
import { text } from "../../text/index.ts";

const marks = {
  queued: "queued",
  running: "inProgress",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const;

/**
 * Status of a run, as an icon with a label. Statuses that are no session states, such as "skipped", have the same icon.
 */
export function RunMark({ status }: { readonly status: string }) {
  if (status in marks) return <StateMark state={marks[status as keyof typeof marks]} />;
  const name = text.agentRuns.state[status] ?? status;
  return (
    <ThemeIcon size={20} radius="xl" variant="light" color="gray" role="img" aria-label={name} title={name}>
      <IconPlayerSkipForward size={13} aria-hidden />
    </ThemeIcon>
  );
}
