import { IconFolders } from "@tabler/icons-react";
import { text } from "../../text/index.ts";
import { Chip } from "./chip.tsx";

const words = text.composer;

/** Chip for the repositories of a session. Usually, there is one. */
export function RepositoryChip({
  repositories,
  chosen,
  errorId,
  onChange,
}: {
  readonly repositories: readonly { readonly value: string; readonly label: string }[];
  readonly chosen: readonly string[];
  readonly errorId: string | undefined;
  readonly onChange: (repositoryIds: readonly string[]) => void;
}) {
  const names = chosen.map(
    (id) => repositories.find(({ value }) => value === id)?.label ?? words.unknownRepository,
  );
  return (
    <Chip
      label={words.repositories}
      icon={IconFolders}
      shown={names.length === 0 ? words.noRepository : words.first(names)}
      groups={[{ label: null, options: repositories }]}
      chosen={chosen}
      onChoose={(id) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])}
      isMultiple
      isSearchable
      emptyText={repositories.length === 0 ? words.noRepositories : text.general.nothingFound}
      errorId={errorId}
    />
  );
}
