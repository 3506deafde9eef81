import { IconListCheck } from "@tabler/icons-react";
import type { MessageSendBody, Session } from "@tembo-io/sdk";
import { AgentChip } from "../../composer/chips/agent-chip.tsx";
import { Chip } from "../../composer/chips/chip.tsx";
import { text } from "../../text/index.ts";
import classes from "./composer.module.css";

const { mode: words } = text.composer;
const modes = (["normal", "planning"] as const).map((value) => ({ value, label: words[value] }));

/** Choices for the next message. Null stands for those of the session. */
export interface NextOptions {
  readonly agent: string | null;
  readonly mode: Session["mode"] | null;
}

export const asBefore: NextOptions = { agent: null, mode: null };

/** Returns the fields of the message. Pure. */
export const optionFields = ({
  agent,
  mode,
}: NextOptions): Pick<MessageSendBody, "agent" | "agentOptions"> => ({
  ...(agent !== null && { agent }),
  ...(mode !== null && { agentOptions: { mode } }),
});

/** Chips for the agent and the mode of the next message. */
export function NextOptionChips({
  session,
  next,
  onChange,
}: {
  readonly session: Session;
  readonly next: NextOptions;
  readonly onChange: (change: Partial<NextOptions>) => void;
}) {
  return (
    <div className={classes.options}>
      <AgentChip
        agent={next.agent ?? ""}
        defaultAgent={session.agent}
        describeDefault={(name) => name ?? text.composer.agent.label}
        side="top"
        onChange={({ harness, model }) => onChange({ agent: harness === "" ? null : `${harness}:${model}` })}
      />
      <Chip
        label={words.label}
        icon={IconListCheck}
        shown={words[next.mode ?? session.mode]}
        groups={[{ label: null, options: modes }]}
        chosen={[next.mode ?? session.mode]}
        onChoose={(value) => {
          const mode = modes.find((one) => one.value === value)?.value ?? null;
          onChange({ mode: mode === session.mode ? null : mode });
        }}
        isTool
        side="top"
      />
    </div>
  );
}
