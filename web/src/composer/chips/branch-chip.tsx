import { useDebouncedValue } from "@mantine/hooks";
import { IconGitBranch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorMessage } from "../../api/query-client.ts";
import { text } from "../../text/index.ts";
import { Chip } from "./chip.tsx";
import { sharedBranchesQuery } from "./shared-branches.ts";

const words = text.composer;
const PAUSE_MS = 200;

/** Chip for the branch from which the session starts. Searches the branches of the repositories on the server. */
export function BranchChip({
  repositoryIds,
  branch,
  defaultBranch,
  errorId,
  onChange,
}: {
  readonly repositoryIds: readonly string[];
  readonly branch: string;
  /** Base branch of all repositories, or null if they differ. */
  readonly defaultBranch: string | null;
  readonly errorId: string | undefined;
  readonly onChange: (branch: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const { data, error } = useQuery({
    ...sharedBranchesQuery(repositoryIds, search),
    enabled: isOpen && repositoryIds.length > 0,
  });
  // Filters the previous response until the one for the typed text arrives.
  const found = (data ?? []).filter((name) => name.toLowerCase().includes(typed.trim().toLowerCase()));
  // Without its list, and for the repositories of a project, a branch is accepted as typed.
  const isTyped = typed.trim() !== "" && (error !== null || repositoryIds.length === 0);
  const names = isTyped ? [...new Set([typed.trim(), ...found])] : found;
  const usual = { value: "", label: words.defaultBranch(defaultBranch) };
  return (
    <Chip
      label={words.baseBranch}
      icon={IconGitBranch}
      shown={branch === "" ? (defaultBranch ?? words.baseBranchHint) : branch}
      groups={[
        {
          label: null,
          options: [...(typed === "" ? [usual] : []), ...names.map((name) => ({ value: name, label: name }))],
        },
      ]}
      chosen={[branch]}
      onChoose={onChange}
      isSearchable
      onSearch={setTyped}
      onOpen={() => setOpen(true)}
      emptyText={
        error !== null
          ? errorMessage(error)
          : data === undefined && repositoryIds.length > 0
            ? text.general.loading
            : words.noBranch
      }
      errorId={errorId}
    />
  );
}
