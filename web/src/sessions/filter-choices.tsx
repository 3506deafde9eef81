import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { agentChoices, authorChoices, harnessChoices, repositoryChoices } from "../api/choices.ts";
import { usePerson } from "../api/who.ts";
import { text } from "../text/index.ts";
import classes from "./filter-bar.module.css";
import { type SessionsSearch, sorts, stateFilters } from "./sessions-search.ts";

/** Selects for the filters, one per kind of filter. */
export function FilterChoices({
  filters,
  onChange,
}: {
  readonly filters: SessionsSearch;
  readonly onChange: (change: Record<string, string | null>) => void;
}) {
  const { organizationId, id } = usePerson();
  const { state } = text.sessions;
  const choices = [
    {
      name: "state",
      label: state.label,
      data: stateFilters.map((value) => ({ value, label: state[value] })),
    },
    { name: "repository", label: text.sessions.repository, data: useQuery(repositoryChoices).data },
    { name: "harness", label: text.sessions.harness, data: useQuery(harnessChoices).data },
    {
      name: "author",
      label: text.sessions.author,
      data: withMeFirst(useQuery(authorChoices(organizationId)).data, id),
    },
    { name: "agent", label: text.sessions.agent, data: useQuery(agentChoices).data },
    {
      name: "sort",
      label: text.sessions.sort.label,
      data: sorts.map((value) => ({ value, label: text.sessions.sort[value] })),
    },
  ] as const;
  return choices.map(({ name, label, data: loaded }) => {
    const isLoaded = loaded !== undefined;
    const data = loaded ?? [];
    const value = filters[name] ?? null;
    const isNamed = value === null || data.some((choice) => choice.value === value);
    return (
      <Select
        key={name}
        className={classes.choice}
        size="xs"
        aria-label={label}
        placeholder={label}
        data={isNamed ? [...data] : [{ value, label: isLoaded ? text.sessions.unknown : "" }, ...data]}
        value={value}
        onChange={(chosen) => onChange({ [name]: chosen })}
        clearable
        // The server sorts the matches of a search by their rank.
        disabled={name === "sort" && filters.search !== undefined}
        searchable={data.length > 7}
        nothingFoundMessage={text.general.nothingFound}
        clearButtonProps={{ "aria-label": text.sessions.clearOne(label) }}
        comboboxProps={{ width: "max-content", position: "bottom-start" }}
        data-active={value !== null || undefined}
      />
    );
  });
}

/** Puts the signed-in person first, so that the person's own sessions are one choice away. Pure. */
function withMeFirst(people: readonly Choice[] | undefined, userId: string): readonly Choice[] | undefined {
  if (people === undefined) return undefined;
  return [{ value: userId, label: text.sessions.me }, ...people.filter(({ value }) => value !== userId)];
}

interface Choice {
  readonly value: string;
  readonly label: string;
}
