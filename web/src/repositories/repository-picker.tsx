import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { text } from "../text/index.ts";
import { type ChosenRepository, fullName } from "./chosen-repository.ts";

const SEARCH_PAUSE_MS = 200;
const MOST_SHOWN = 100;

export function RepositoryPicker({
  label,
  description,
  value,
  onChange,
}: {
  readonly label: string;
  readonly description: string;
  readonly value: readonly ChosenRepository[];
  readonly onChange: (value: readonly ChosenRepository[]) => void;
}) {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), SEARCH_PAUSE_MS);
  const { data: found = [] } = useQuery({
    queryKey: ["repositories", "picker", search],
    queryFn: async ({ signal }) => {
      const query = { limit: MOST_SHOWN, ...(search !== "" && { search }) };
      const { items } = await tembo.repositories.list(query, { signal });
      return items.map(({ id, owner, name }) => ({ id, name: fullName({ owner, name }) }));
    },
    placeholderData: keepPreviousData,
  });
  const all = new Map([...value, ...found].map((one) => [one.id, one]));
  return (
    <MultiSelect
      label={label}
      description={description}
      data={[...all.values()].map(({ id, name }) => ({ value: id, label: name }))}
      value={value.map(({ id }) => id)}
      onChange={(ids) => onChange(ids.map((id) => all.get(id)!))}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text.general.nothingFound}
      clearable
      clearSectionMode="clear"
    />
  );
}
