import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { runtimesQuery } from "../../api/choices.ts";
import { useAgentNames } from "../../api/use-agent-names.ts";

/** Select for a harness and model. Unavailable models are disabled. */
export function AgentSelect({
  label,
  placeholder,
  value,
  onChange,
  readOnly = false,
}: {
  readonly label: string;
  readonly placeholder: string;
  /** Selected agent as `harness:model[:provider]`, or empty if none is selected. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly?: boolean;
}) {
  const { data = [] } = useQuery(runtimesQuery);
  const nameOf = useAgentNames([value]);
  const runtimes = data.map(({ name, displayName, compatibleModels }) => ({
    group: displayName,
    items: compatibleModels.map((model) => ({
      value: `${name}:${model.name}`,
      label: nameOf(`${name}:${model.name}`),
      disabled: model.availability.status === "unavailable",
    })),
  }));
  const isListed = runtimes.some(({ items }) => items.some((item) => item.value === value));
  const others = isListed || value === "" ? [] : [{ value, label: nameOf(value) || value }];
  return (
    <Select
      label={label}
      placeholder={placeholder}
      data={[...others, ...runtimes]}
      value={value === "" ? null : value}
      onChange={(chosen) => onChange(chosen ?? "")}
      readOnly={readOnly}
      clearable={!readOnly}
      searchable
      limit={200}
    />
  );
}
