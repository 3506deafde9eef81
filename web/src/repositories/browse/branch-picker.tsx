import { Select } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconGitBranch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { branchesQuery } from "./browse-query.ts";

const PAUSE_MS = 200;

/** Picker for a repository's branches. Searches the branches on the server. */
export function BranchPicker({
  repositoryId,
  current,
  onChoose,
}: {
  readonly repositoryId: string;
  readonly current: string;
  readonly onChoose: (branch: string) => void;
}) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState(current);
  const [asked] = useDebouncedValue(typed === current ? "" : typed, PAUSE_MS);
  const { data, isError, error } = useQuery({ ...branchesQuery(repositoryId, asked), enabled: isOpen });
  const names = (data ?? []).map(({ name }) => name);
  return (
    <Select
      aria-label={text.browse.branch}
      leftSection={<IconGitBranch size={15} aria-hidden />}
      data={names.includes(current) || isSought(typed, current) ? names : [current, ...names]}
      value={current}
      onChange={(branch) => branch !== null && branch !== current && onChoose(branch)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has already filtered the options.
      filter={({ options }) => options}
      nothingFoundMessage={
        isError ? errorMessage(error) : data === undefined ? text.general.loading : text.general.nothingFound
      }
      allowDeselect={false}
      onDropdownOpen={open}
      onDropdownClose={close}
      w={220}
      maxDropdownHeight={320}
    />
  );
}

const isSought = (typed: string, current: string) => typed !== "" && typed !== current;
