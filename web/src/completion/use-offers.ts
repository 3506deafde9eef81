import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { errorMessage } from "../api/query-client.ts";
import { text } from "../text/index.ts";
import { commandsQuery } from "./commands.ts";
import { type FoundFile, filesQuery } from "./files-query.ts";
import { noOffers, type Offer, type Offers } from "./offer.ts";
import { openPullRequestsQuery, pullRequestOffers } from "./pull-requests-query.ts";
import type { Scope } from "./scope.ts";
import type { Command } from "./split-command.ts";
import { matching, type Trigger, tagOf } from "./trigger.ts";

const PAUSE_MS = 150;
const MOST_REPOSITORIES = 4;
const MAX_PULL_REQUESTS = 4;
const MOST_COMMANDS = 50;
const words = text.completion;

/** A repository that users can mention in the field. */
export interface RepositoryChoice {
  readonly value: string;
  readonly label: string;
}

/** Returns the suggestions for the trigger. Sends no request while `trigger` is null. */
export function useOffers(
  trigger: Trigger | null,
  scope: Scope,
  choices: readonly RepositoryChoice[] = [],
  onRepository?: (id: string) => void,
): Offers {
  const typed = trigger?.typed ?? "";
  const [asked] = useDebouncedValue(typed, typed === "" ? 0 : PAUSE_MS);
  const isMention = trigger?.sign === "@";
  const files = useQuery({
    ...filesQuery(scope.repositories, asked),
    enabled: isMention && scope.repositories.length > 0,
  });
  const pullRequests = useQuery({
    ...openPullRequestsQuery(scope.repositories),
    enabled: isMention && scope.repositories.length > 0,
  });
  const commands = useQuery({ ...commandsQuery(scope), enabled: trigger?.sign === "/" });
  if (trigger === null) return noOffers;
  if (trigger.sign === "/") return commandOffers(commands, typed);
  const repositories = matching(choices, typed, MOST_REPOSITORIES).map(
    ({ value, label }): Offer => ({
      key: `repository ${value}`,
      kind: "repository",
      label,
      note: "",
      writes: `@${label.split("/").at(-1)!}`,
      onTake: () => onRepository?.(value),
    }),
  );
  if (scope.repositories.length === 0)
    return {
      ...noOffers,
      offers: repositories,
      sentence: repositories.length > 0 || choices.length === 0 ? null : words.noRepository(typed),
    };
  const others = [
    ...pullRequestOffers(pullRequests.data ?? [], typed, {
      isOfSeveral: scope.repositories.length > 1,
      most: MAX_PULL_REQUESTS,
    }),
    ...repositories,
  ];
  return fileOffers(files, { typed, isWaiting: asked !== typed || files.isFetching }, scope, others);
}

interface Answer<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
}

function fileOffers(
  { data, error }: Answer<{ readonly files: readonly FoundFile[]; readonly failure: unknown }>,
  { typed, isWaiting }: { readonly typed: string; readonly isWaiting: boolean },
  { repositories: { length: count } }: Scope,
  others: readonly Offer[],
): Offers {
  const sought = typed.toLowerCase();
  // Shows the matching files of the previous response until the new response arrives.
  const fitting = (data?.files ?? []).filter(({ entry }) => entry.path.toLowerCase().includes(sought));
  const offers = [...fitting.map((found) => fileOffer(found, count > 1)), ...others];
  const failure = error ?? data?.failure;
  if (failure !== undefined && failure !== null)
    return { offers, sentence: errorMessage(failure), isError: true };
  const none = typed === "" ? words.noFiles : words.noFile(typed);
  const sentence = isWaiting ? words.looking : others.length > 0 ? null : none;
  return { offers, sentence: fitting.length > 0 ? null : sentence, isError: false };
}

/**
 * Returns the suggestion for a file or folder. With several repositories, the path begins with the repository's folder,
 * as in the workspace.
 */
function fileOffer({ repository, entry }: FoundFile, isOfSeveral: boolean): Offer {
  const { path, name, kind } = entry;
  const above = path.slice(0, -name.length - 1);
  const place = isOfSeveral ? [repository.name, above].filter((step) => step !== "").join("/") : above;
  const whole = isOfSeveral ? `${repository.name}/${path}` : path;
  return {
    key: `${repository.id} ${path}`,
    kind,
    label: name,
    note: place,
    // A search inside the folder needs the path within the repository.
    writes: kind === "folder" ? `@${path}/` : tagOf(whole),
    goesOn: kind === "folder",
  };
}

function commandOffers({ data, error }: Answer<readonly Command[]>, typed: string): Offers {
  const labeled = (data ?? []).map((command) => ({ ...command, label: command.name }));
  const offers = matching(labeled, typed, MOST_COMMANDS).map(
    ({ name, kind, note }): Offer => ({
      key: `${kind} ${name}`,
      kind,
      label: `/${name}`,
      note,
      writes: `/${name}`,
    }),
  );
  if (error !== null) return { offers, sentence: errorMessage(error), isError: true };
  const none = typed === "" ? words.noCommands : words.noCommand(typed);
  const sentence = data === undefined ? words.looking : none;
  return { offers, sentence: offers.length > 0 ? null : sentence, isError: false };
}
