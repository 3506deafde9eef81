import { IconVersions } from "@tabler/icons-react";
import { maxSessionAttempts } from "@tembo-io/sdk";
import { text } from "../../text/index.ts";
import type { Draft } from "../draft.ts";
import { AgentChip } from "./agent-chip.tsx";
import { Chip } from "./chip.tsx";

const words = text.attempts;
const counts = Array.from({ length: maxSessionAttempts }, (_, index) => ({
  value: String(index + 1),
  label: words.count(index + 1),
}));

/** Chip for the number of attempts, and the agent of each attempt if there are several. */
export function AttemptChips({
  draft: { attempts },
  defaultAgent,
  errorId,
  onChange,
}: {
  readonly draft: Draft;
  readonly defaultAgent: string | null;
  readonly errorId: string | undefined;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const count = Math.max(attempts.length, 1);
  return (
    <>
      <Chip
        label={words.label}
        icon={IconVersions}
        shown={words.count(count)}
        groups={[{ label: null, options: counts }]}
        chosen={[String(count)]}
        onChoose={(value) =>
          onChange({
            attempts:
              value === "1" ? [] : Array.from({ length: Number(value) }, (_, index) => attempts[index] ?? ""),
          })
        }
      />
      {attempts.map((agent, index) => (
        <AgentChip
          // biome-ignore lint/suspicious/noArrayIndexKey: the number identifies an attempt
          key={index}
          label={words.agentOf(index + 1)}
          describe={(name) => words.numbered(index + 1, name)}
          agent={agent}
          defaultAgent={defaultAgent}
          describeDefault={text.composer.agent.usual}
          errorId={errorId}
          onChange={({ harness, model }) =>
            onChange({
              attempts: attempts.map((one, other) =>
                other === index ? (model === "" ? harness : `${harness}:${model}`) : one,
              ),
            })
          }
        />
      ))}
    </>
  );
}
