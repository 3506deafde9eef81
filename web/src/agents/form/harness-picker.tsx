import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Runtime, splitAgent } from "@tembo-io/sdk";
import { defaultModelName } from "../../api/agent-name.ts";
import { runtimesQuery } from "../../api/choices.ts";
import { useAgentModelName, useOrganizationAgentName } from "../../api/use-agent-names.ts";
import { text } from "../../text/index.ts";

const { form } = text.agents;
/** Value for "no choice". Options of a select need a value. */
const NONE = "";

/**
 * Select for a harness and model. The value is `harness` or `harness:model[:provider]`, or null for the organization
 * default. Unavailable options are disabled and state the reason.
 */
export function HarnessPicker({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  const { data: harnesses = [] } = useQuery(runtimesQuery);
  const harness = value === null ? NONE : splitAgent(value).harness;
  const model = value?.slice(harness.length + 1) ?? NONE;
  const usual = useOrganizationAgentName();
  const modelName = useAgentModelName(value);
  const known = harnesses.find(({ name }) => name === harness);
  return (
    <Group grow align="flex-start" gap="sm" preventGrowOverflow={false}>
      <Select
        label={form.harness}
        data={[
          { value: NONE, label: form.organizationDefault(usual) },
          ...withCurrent(harnesses.map(harnessChoice), harness, harness),
        ]}
        value={harness}
        allowDeselect={false}
        onChange={(chosen) => onChange(chosen === NONE ? null : chosen)}
      />
      <Select
        label={form.model}
        data={[
          { value: NONE, label: form.harnessDefault(known === undefined ? null : defaultModelName(known)) },
          ...withCurrent(known?.compatibleModels.map(modelChoice) ?? [], model, modelName),
        ]}
        value={model}
        allowDeselect={false}
        searchable
        disabled={harness === NONE}
        onChange={(chosen) => onChange(chosen === NONE || chosen === null ? harness : `${harness}:${chosen}`)}
      />
    </Group>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

function harnessChoice({ name, displayName, availability }: Runtime): Choice {
  if (availability.status === "available") return { value: name, label: displayName };
  return { value: name, label: form.unavailable(displayName, form.noKey), disabled: true };
}

function modelChoice({ name, label, availability }: Runtime["compatibleModels"][number]): Choice {
  if (availability.status === "available") return { value: name, label };
  const why = availability.code === "model_disabled" ? form.disabled : form.noKey;
  return { value: name, label: form.unavailable(label, why), disabled: true };
}

/** Adds the current value to the choices if the catalog does not contain it. */
function withCurrent(choices: readonly Choice[], current: string, label: string): readonly Choice[] {
  if (current === NONE || choices.some(({ value }) => value === current)) return choices;
  return [{ value: current, label }, ...choices];
}
