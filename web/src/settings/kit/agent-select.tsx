import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { tembo } from "../../api/client.ts";

const runtimesQuery = {
  queryKey: ["runtimes"],
  queryFn: ({ signal }: { signal: AbortSignal }) => tembo.runtimes.list({ limit: 100 }, { signal }),
  staleTime: 60_000,
};

/** Selects a harness and its model. Options without a credential are shown but disabled. */
export function AgentSelect({
  label,
  placeholder,
  value,
  onChange,
  readOnly = false,
}: {
  readonly label: string;
  readonly placeholder: string;
  /** The format is `harness:model[:provider]`. Empty if none is selected. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly readOnly?: boolean;
}) {
  const { data } = useQuery(runtimesQuery);
  const runtimes = (data?.items ?? []).map(({ name, displayName, compatibleModels }) => ({
    group: displayName,
    items: compatibleModels.map((model) => ({
      value: `${name}:${model.name}`,
      label: `${displayName} · ${model.label}`,
      disabled: model.availability.status === "unavailable",
    })),
  }));
  const isListed = runtimes.some(({ items }) => items.some((item) => item.value === value));
  const others = isListed || value === "" ? [] : [{ value, label: value }];
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
