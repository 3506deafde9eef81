import { Center, Text } from "@mantine/core";
import { IconFile, IconFolder, IconFolderSymlink, IconLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RepositoryTreeEntry } from "@tembo-io/sdk";
import { MoreButton, type MoreButtonProps } from "../../components/more-button.tsx";
import { visibleName } from "../../components/visible-name.ts";
import { formatBytes } from "../../format/numbers.ts";
import { text } from "../../text/index.ts";
import classes from "./browse.module.css";

const icons = { file: IconFile, folder: IconFolder, link: IconLink, submodule: IconFolderSymlink };
const words = text.browse;

interface ListingProps {
  readonly repositoryId: string;
  readonly gitRef: string | undefined;
  readonly entries: readonly RepositoryTreeEntry[];
  /** True if the entries are search results, which are shown with their paths. */
  readonly isFound: boolean;
  readonly isCut: boolean;
  readonly query: MoreButtonProps["query"];
}

/** Lists the entries of a folder, or the results of a search below it. */
export function Listing({ repositoryId, gitRef, entries, isFound, isCut, query }: ListingProps) {
  return (
    <>
      <ul className={classes.entries} aria-label={isFound ? words.found : words.entries}>
        {entries.map(({ path, name, kind, sizeBytes }) => {
          const Icon = icons[kind];
          return (
            <li key={path}>
              <Icon
                size={16}
                stroke={1.7}
                role="img"
                aria-label={words.kind[kind]}
                className={classes.kind}
                data-kind={kind}
              />
              <Link
                to="/repositories/$repositoryId"
                params={{ repositoryId }}
                search={kind === "folder" ? { ref: gitRef, path } : { ref: gitRef, file: path }}
                className={classes.entry}
              >
                <bdi>{visibleName(isFound ? path : name)}</bdi>
              </Link>
              <Text span size="xs" c="dimmed" className={classes.size}>
                {kind === "file" && sizeBytes !== null ? formatBytes(sizeBytes) : ""}
              </Text>
            </li>
          );
        })}
      </ul>
      {isCut && (
        <Text size="sm" c="dimmed" p="sm">
          {words.cut}
        </Text>
      )}
      {query.hasNextPage && (
        <Center p="sm">
          <MoreButton query={query} size="xs" />
        </Center>
      )}
    </>
  );
}
