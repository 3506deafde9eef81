import { Paper, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Repository } from "@tembo-io/sdk";
import { useState } from "react";
import { Failed } from "../../components/failed.tsx";
import { Loading } from "../../components/loading/loading.tsx";
import { text } from "../../text/index.ts";
import { PushInstructions } from "../push-instructions.tsx";
import { BranchPicker } from "./branch-picker.tsx";
import { Breadcrumb } from "./breadcrumb.tsx";
import classes from "./browse.module.css";
import { type Place, treeQuery } from "./browse-query.ts";
import type { BrowseSearch } from "./browse-search.ts";
import { FileView, Stale } from "./file-view.tsx";
import { Listing } from "./listing.tsx";
import { Readme } from "./readme.tsx";

const PAUSE_MS = 200;
const words = text.browse;

/** File browser for one branch of a repository. */
export function Browse({
  repository,
  search,
}: {
  readonly repository: Repository;
  readonly search: BrowseSearch;
}) {
  const { ref, path, file } = search;
  const navigate = useNavigate({ from: "/repositories/$repositoryId" });
  const [typed, setTyped] = useState("");
  const [sought] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const place = { repositoryId: repository.id, ref, path };
  return (
    <section className={classes.browse} aria-label={words.title}>
      <div className={classes.toolbar}>
        <BranchPicker
          key={ref}
          repositoryId={repository.id}
          current={ref ?? repository.baseBranch ?? "main"}
          onChoose={(branch) => void navigate({ search: { ref: branch, path, file } })}
        />
        <Breadcrumb repositoryId={repository.id} root={repository.name} gitRef={ref} path={file ?? path} />
        {file === undefined && (
          <TextInput
            type="search"
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            aria-label={words.find}
            placeholder={words.find}
            leftSection={<IconSearch size={15} aria-hidden />}
            className={classes.find}
          />
        )}
      </div>
      {file === undefined ? (
        <Folder key={path ?? ""} place={place} sought={sought} repository={repository} />
      ) : (
        <FileView {...place} path={file} />
      )}
    </section>
  );
}

function Folder({
  place,
  sought,
  repository,
}: {
  readonly place: Place;
  readonly sought: string;
  readonly repository: Repository;
}) {
  const query = useInfiniteQuery(treeQuery(place, sought));
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading size="sm" />;
  const [first] = query.data.pages;
  const entries = query.data.pages.flatMap(({ items }) => items);
  if (first!.commit === null) return <Empty repository={repository} />;
  return (
    <>
      {first!.isStale && <Stale />}
      <Paper withBorder className={classes.card}>
        {entries.length === 0 && (
          <Text p="md" c="dimmed" role="status">
            {sought === "" ? words.emptyFolder : words.nothingFound(sought)}
          </Text>
        )}
        <Listing
          repositoryId={place.repositoryId}
          gitRef={place.ref}
          entries={entries}
          isFound={sought !== ""}
          isCut={first!.isCut}
          query={query}
        />
      </Paper>
      {query.isError && <Failed error={query.error} />}
      {sought === "" && <Readme {...place} entries={entries} />}
    </>
  );
}

function Empty({ repository }: { readonly repository: Repository }) {
  return (
    <>
      <Text>{words.empty}</Text>
      {repository.provider.type === "local" && <PushInstructions repository={repository} />}
    </>
  );
}
