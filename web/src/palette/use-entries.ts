import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { agentChoices, repositoryChoices } from "../api/choices.ts";
import { tembo } from "../api/client.ts";
import { userSettingsQuery } from "../api/settings-queries.ts";
import { usePerson } from "../api/who.ts";
import { viewsOf } from "../sessions/views/saved-views.ts";
import { text } from "../text/index.ts";
import { settingsText } from "../text/settings/index.ts";
import { type Entry, matchEntries } from "./match-entries.ts";

const maxOfKind = 6;
const words = text.general.palette;

const places = [
  ["/sessions", text.general.sessions],
  ["/review", text.general.review],
  ["/repositories", text.general.repositories],
  ["/projects", text.general.projects],
  ["/agents", text.general.agents],
  ["/insights", text.general.insights],
] as const;

const SEARCH_PAUSE_MS = 120;

/**
 * Returns the entries that match a query: actions and pages at once, sessions and pull requests when the server responds.
 * Until then, only those of the earlier results that match, because Enter opens the first entry.
 */
export function useEntries(query: string): Entry[] {
  const [settled] = useDebouncedValue(query, SEARCH_PAUSE_MS);
  const navigate = useNavigate();
  const { id } = usePerson();
  const { data: settings } = useQuery(userSettingsQuery(id));
  const { data: repositories = [] } = useQuery(repositoryChoices);
  const { data: agents = [] } = useQuery(agentChoices);
  const search = settled.trim();
  const found = useQuery({
    queryKey: ["palette", search],
    queryFn: async ({ signal }) => {
      const options = { limit: maxOfKind, ...(search !== "" && { search }) };
      const [sessions, pulls] = await Promise.all([
        tembo.sessions.list({ ...options, state: "active" }, { signal }),
        tembo.pullRequests.list(options, { signal }),
      ]);
      return { sessions: sessions.items, pulls: pulls.items };
    },
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const known = useMemo((): Entry[] => {
    const go = (id: string, label: string, about: string, to: () => unknown): Entry => ({
      id,
      label,
      about,
      run: () => void to(),
    });
    return [
      go("new", text.general.newSession, words.action, () => navigate({ to: "/sessions/new" })),
      go("needs", words.needsYou, words.page, () =>
        navigate({ to: "/sessions", search: { state: "needsYou" } }),
      ),
      go("mine", words.mine, words.page, () => navigate({ to: "/sessions", search: { author: id } })),
      ...viewsOf(settings).map(({ name, filters }) =>
        go(`view ${name}`, name, words.view, () => navigate({ to: "/sessions", search: filters })),
      ),
      ...places.map(([to, label]) => go(to, label, words.page, () => navigate({ to }))),
      ...Object.entries(settingsText.names).map(([section, label]) =>
        go(section, label, text.general.settings, () =>
          navigate({ to: "/settings/$section", params: { section } }),
        ),
      ),
      ...repositories.map(({ value, label }) =>
        go(value, label, words.repository, () =>
          navigate({ to: "/repositories/$repositoryId", params: { repositoryId: value } }),
        ),
      ),
      ...agents.map(({ value, label }) =>
        go(value, label, words.agent, () => navigate({ to: "/agents/$agentId", params: { agentId: value } })),
      ),
    ];
  }, [navigate, repositories, agents, id, settings]);
  const sessions = (found.data?.sessions ?? []).map(
    ({ id, title }): Entry => ({
      id,
      label: title,
      about: words.session,
      run: () => void navigate({ to: "/sessions/$sessionId", params: { sessionId: id } }),
    }),
  );
  const pulls = (found.data?.pulls ?? []).map(
    ({ id, title, number, codeRepository }): Entry => ({
      id,
      label: title ?? words.pull,
      about: [words.pull, codeRepository?.name, number === null ? null : `#${number}`]
        .filter((part) => part != null)
        .join(" · "),
      run: () => void navigate({ to: "/review/$pullRequestId", params: { pullRequestId: id } }),
    }),
  );
  const isCurrent = query.trim() === search && !found.isPlaceholderData;
  const onServer = [...sessions, ...pulls];
  return [
    ...matchEntries(known, query, maxOfKind),
    ...(isCurrent ? onServer : matchEntries(onServer, query, 2 * maxOfKind)),
  ];
}
