import { Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { repositoryChoicesQuery } from "../repositories/repositories-query.ts";
import { text } from "../text/index.ts";
import { type Group as GroupName, groups } from "./review-groups.ts";
import classes from "./review-page.module.css";
import type { ReviewSearch } from "./review-search.ts";

const SEARCH_PAUSE_MS = 250;

export function ReviewFilters({
  filters,
  onChange,
}: {
  readonly filters: ReviewSearch;
  readonly onChange: (change: ReviewSearch) => void;
}) {
  const repositories = useQuery(repositoryChoicesQuery);
  const [typed, setTyped] = useState(filters.search ?? "");
  const search = useDebouncedCallback(
    (value: string) => onChange({ search: value === "" ? undefined : value }),
    SEARCH_PAUSE_MS,
  );
  return (
    <div className={classes.filters}>
      <Select
        aria-label={text.review.filter.state}
        placeholder={text.review.filter.allStates}
        data={groups.map((group) => ({ value: group, label: text.review.group[group] }))}
        value={filters.state ?? null}
        onChange={(state) => onChange({ state: (state as GroupName | null) ?? undefined })}
        clearable
      />
      <Select
        aria-label={text.review.filter.repository}
        placeholder={text.review.filter.allRepositories}
        data={repositories.data ?? []}
        value={filters.repository ?? null}
        onChange={(repository) => onChange({ repository: repository ?? undefined })}
        clearable
        searchable
      />
      <TextInput
        value={typed}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          search(value);
        }}
        placeholder={text.review.search}
        aria-label={text.review.search}
        leftSection={<IconSearch size={15} aria-hidden />}
        type="search"
      />
    </div>
  );
}
