import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { defaultModelName } from "../api/agent-name.ts";
import { runtimesQuery } from "../api/choices.ts";
import { useDefaultAgentName } from "../api/use-agent-names.ts";
import { text } from "../text/index.ts";
import type { Draft } from "./draft.ts";

/** Selects for the harness and the model. Unavailable options are disabled and state what is missing. */
export function AgentFields({
  draft,
  error,
  onChange,
}: {
  readonly draft: Draft;
  readonly error: string | null;
  readonly onChange: (change: Partial<Draft>) => void;
}) {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const runtime = runtimes.find(({ name }) => name === draft.harness);
  const model = runtime?.compatibleModels.find(({ name }) => name === draft.model);
  const levels = model?.reasoningLevels ?? [];
  const lacks = ({ availability }: (typeof runtimes)[number]) =>
    availability.status === "unavailable" ? availability.reason : null;
  return (
    <>
      <Select
        label={text.composer.harness}
        placeholder={text.composer.usual(useDefaultAgentName())}
        error={error}
        data={runtimes.map((one) => ({
          value: one.name,
          label: one.displayName,
          disabled: lacks(one) !== null,
        }))}
        renderOption={({ option }) => (
          <Choice
            label={option.label}
            note={lacks(runtimes.find(({ name }) => name === option.value)!) ?? text.composer.ready}
          />
        )}
        value={draft.harness === "" ? null : draft.harness}
        onChange={(harness) => onChange({ harness: harness ?? "", model: "", reasoningLevel: "" })}
        clearable
        comboboxProps={{ width: 320, position: "bottom-start" }}
      />
      {runtime !== undefined && (
        <Select
          label={text.composer.model}
          placeholder={text.composer.usual(defaultModelName(runtime))}
          data={runtime.compatibleModels.map(({ name, label, availability }) => ({
            value: name,
            label,
            disabled: availability.status === "unavailable",
          }))}
          renderOption={({ option }) => {
            const found = runtime.compatibleModels.find(({ name }) => name === option.value)!;
            const { availability, provider } = found;
            return (
              <Choice
                label={option.label}
                note={availability.status === "unavailable" ? availability.reason : provider}
              />
            );
          }}
          value={draft.model === "" ? null : draft.model}
          onChange={(name) => onChange({ model: name ?? "", reasoningLevel: "" })}
          clearable
          searchable
          nothingFoundMessage={text.general.nothingFound}
          comboboxProps={{ width: 320, position: "bottom-start" }}
        />
      )}
      {levels.length > 0 && (
        <Select
          label={text.composer.reasoning}
          placeholder={text.composer.usualReasoning}
          data={levels.map((level) => ({
            value: level,
            label: text.composer.reasoningLevels[level] ?? level,
          }))}
          value={draft.reasoningLevel === "" ? null : draft.reasoningLevel}
          onChange={(reasoningLevel) => onChange({ reasoningLevel: reasoningLevel ?? "" })}
          clearable
        />
      )}
    </>
  );
}

function Choice({ label, note }: { readonly label: string; readonly note: string }) {
  return (
    <div style={{ overflowWrap: "anywhere" }}>
      <div>{label}</div>
      <div style={{ fontSize: "var(--mantine-font-size-xs)", color: "var(--text-2)" }}>{note}</div>
    </div>
  );
}
