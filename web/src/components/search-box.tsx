import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

const SEARCH_PAUSE_MS = 250;

/** Search field of a list. Reports the text when the user pauses. `onSearch` must keep its identity between renders. */
export function SearchBox({
  search,
  label,
  maxLength,
  onSearch,
}: {
  readonly search: string;
  readonly label: string;
  /** Maximum length of the text that the list accepts. */
  readonly maxLength: number;
  readonly onSearch: (search: string) => void;
}) {
  const [typed, setTyped] = useState(search);
  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => onSearch(typed), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, search, onSearch]);
  return (
    <TextInput
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      type="search"
      maxLength={maxLength}
    />
  );
}
