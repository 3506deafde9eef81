import { Button, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentProps, type RefObject, Suspense, useState } from "react";
import { lazyPart } from "../components/loading/lazy-part.ts";
import { useSettled } from "../components/use-settled.ts";
import { text } from "../text/index.ts";
import classes from "./filter-bar.module.css";
import { checkSessionsPage, type SessionsSearch, withFilters } from "./sessions-search.ts";

const SEARCH_PAUSE_MS = 250;

/** The filter selects. They load after the sessions, because they are large and slow to render. */
const FilterChoices = lazyPart(() =>
  import("./filter-choices.tsx").then((module) => ({ default: module.FilterChoices })),
);

/** Bar with the list filters. All filters are part of the URL. */
export function FilterBar({
  filters,
  isWaiting,
  searchField,
}: {
  readonly filters: SessionsSearch;
  /** True while the filtered list loads. */
  readonly isWaiting: boolean;
  readonly searchField: RefObject<HTMLInputElement | null>;
}) {
  const navigate = useNavigate({ from: "/sessions" });
  const set = (change: Record<string, string | null>) =>
    void navigate({ search: (old) => checkSessionsPage({ ...old, ...change }), replace: true });
  return (
    <search className={classes.bar} aria-label={text.sessions.filters}>
      <SearchField field={searchField} value={filters.search ?? ""} onChange={(search) => set({ search })} />
      {isWaiting ? <div className={classes.choicesToCome} /> : <Choices filters={filters} onChange={set} />}
      {Object.keys(filters).length > 0 && (
        <Button
          size="xs"
          variant="subtle"
          className={classes.clear}
          onClick={() => void navigate({ search: withFilters({}) })}
        >
          {text.sessions.clear}
        </Button>
      )}
    </search>
  );
}

function Choices(props: ComponentProps<typeof FilterChoices>) {
  const isSettled = useSettled();
  const room = <div className={classes.choicesToCome} />;
  return <Suspense fallback={room}>{isSettled ? <FilterChoices {...props} /> : room}</Suspense>;
}

function SearchField({
  field,
  value,
  onChange,
}: {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly value: string;
  readonly onChange: (search: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [lastValue, setLastValue] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // Updates the field when a link or the clear button has changed the value.
    if (value !== lastValue) setTyped(value);
    setLastValue(value);
  }
  const report = useDebouncedCallback((search: string) => {
    setLastValue(search);
    onChange(search);
  }, SEARCH_PAUSE_MS);
  return (
    <TextInput
      ref={field}
      className={classes.search}
      size="xs"
      type="search"
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        report(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // Prevents the browser from clearing the field.
        event.preventDefault();
        event.currentTarget.blur();
      }}
      placeholder={text.sessions.searchHint}
      aria-label={text.sessions.search}
      leftSection={<IconSearch size={14} aria-hidden />}
    />
  );
}
