import { IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { splitAgent } from "@tembo-io/sdk";
import { withModel } from "../../api/agent-name.ts";
import { runtimesQuery } from "../../api/choices.ts";
import { useAgentNames } from "../../api/use-agent-names.ts";
import { text } from "../../text/index.ts";
import { agentGroups } from "./agent-groups.ts";
import { Chip } from "./chip.tsx";

const words = text.composer.agent;

/**
 * Chip for the harness and the model. Always names the model that will run. Options that cannot run are disabled and
 * state what is missing.
 */
export function AgentChip({
  label = words.label,
  describe = (name) => name,
  agent,
  defaultAgent,
  describeDefault,
  side,
  errorId,
  onChange,
}: {
  readonly label?: string;
  /** Returns the text of the chip for the name of its agent. */
  readonly describe?: (name: string) => string;
  /** Chosen agent as `harness[:model]`, or empty for the default agent. */
  readonly agent: string;
  /** Agent that runs without a choice, or null if it is unknown. */
  readonly defaultAgent: string | null;
  /** Returns the text for the default agent. */
  readonly describeDefault: (name: string | null) => string;
  readonly side?: "top" | "bottom";
  readonly errorId?: string | undefined;
  readonly onChange: (chosen: { readonly harness: string; readonly model: string }) => void;
}) {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const chosen = agent === "" ? "" : withModel(agent, runtimes);
  const nameOf = useAgentNames([chosen, defaultAgent]);
  const usual = describeDefault(nameOf(defaultAgent) || null);
  return (
    <Chip
      label={label}
      icon={IconSparkles}
      shown={describe(chosen === "" ? usual : nameOf(chosen) || chosen)}
      groups={[{ label: null, options: [{ value: "", label: usual }] }, ...agentGroups(runtimes)]}
      chosen={[chosen]}
      onChoose={(value) => {
        const { harness, model } = splitAgent(value);
        onChange({ harness, model: model ?? "" });
      }}
      isSearchable
      {...(side !== undefined && { side })}
      errorId={errorId}
    />
  );
}
