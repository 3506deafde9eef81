import { Button, Center, Group, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { Repository } from "@tembo-io/sdk";
import { useState } from "react";
import { useForgeLabel, useForgeLabels } from "../api/providers.ts";
import { Failed } from "../components/failed.tsx";
import { Loading } from "../components/loading/loading.tsx";
import { MoreButton } from "../components/more-button.tsx";
import { TextLink } from "../components/text-link.tsx";
import { text } from "../text/index.ts";
import { Commands } from "./commands.tsx";
import { EnabledSwitch } from "./enabled-switch.tsx";
import { NewRepository } from "./new-repository.tsx";
import classes from "./repositories.module.css";
import { nameOf, repositoriesQuery } from "./repositories-query.ts";

const SEARCH_PAUSE_MS = 250;

export function RepositoriesPage() {
  const filters = useSearch({ from: "/inside/repositories" });
  const navigate = useNavigate({ from: "/repositories" });
  const [isAdding, { open, close }] = useDisclosure(false);
  const [typed, setTyped] = useState(filters.search ?? "");
  const search = useDebouncedCallback(
    (value: string) =>
      void navigate({
        search: (old) => ({ ...old, search: value === "" ? undefined : value }),
        replace: true,
      }),
    SEARCH_PAUSE_MS,
  );
  const query = useInfiniteQuery(repositoriesQuery(filters));
  const repositories = query.data?.pages.flatMap((page) => page.items) ?? [];
  const words = text.repositories;
  const isFiltered = filters.search !== undefined;
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Title order={1}>{words.title}</Title>
        <Group gap="sm">
          <Switch
            label={words.enabledOnly}
            checked={filters.all !== true}
            onChange={({ currentTarget: { checked } }) =>
              void navigate({ search: (old) => ({ ...old, all: checked ? undefined : true }), replace: true })
            }
          />
          <TextInput
            value={typed}
            onChange={({ currentTarget: { value } }) => {
              setTyped(value);
              search(value);
            }}
            placeholder={words.search}
            aria-label={words.search}
            leftSection={<IconSearch size={15} aria-hidden />}
            type="search"
          />
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            {words.add}
          </Button>
        </Group>
      </header>
      <NewRepository isOpen={isAdding} onClose={close} />
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.isSuccess && repositories.length === 0 && (
        <Stack align="center" ta="center" p="xl" maw={480} mx="auto">
          {isFiltered ? <Text>{words.none}</Text> : <Title order={2}>{words.empty.title}</Title>}
          {!isFiltered && <EmptyBody />}
        </Stack>
      )}
      <ul className={classes.rows} aria-label={words.list}>
        {repositories.map((repository) => (
          <Row key={repository.id} repository={repository} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Center p="md">
          <MoreButton query={query} />
        </Center>
      )}
      {query.isSuccess && (
        <Stack component="section" gap="xs" className={classes.connect} aria-labelledby="connect">
          <Title order={2} id="connect">
            {words.connect.title}
          </Title>
          <Text size="sm">{words.connect.body}</Text>
          <TextLink to="/settings/$section" params={{ section: "integrations" }} size="sm">
            {words.connect.settings}
          </TextLink>
          <Text size="sm">{words.connect.terminal}</Text>
          <Commands lines={["tembo integration add github"]} />
        </Stack>
      )}
    </div>
  );
}

function EmptyBody() {
  return <Text c="dimmed">{text.repositories.empty.body(useForgeLabels())}</Text>;
}

function Row({ repository }: { readonly repository: Repository }) {
  const { type, displayName } = repository.provider;
  const forge = useForgeLabel(type);
  return (
    <li className={classes.row}>
      <div className={classes.words}>
        <Link
          to="/repositories/$repositoryId"
          params={{ repositoryId: repository.id }}
          className={classes.name}
        >
          {nameOf(repository)}
        </Link>
        {repository.description !== null && (
          <Text size="xs" c="dimmed" truncate dir="auto">
            {repository.description}
          </Text>
        )}
      </div>
      <Text size="xs" className={classes.fact} title={displayName}>
        {forge}
      </Text>
      <Text size="xs" className={classes.fact} title={text.repositories.branch} dir="auto">
        <code>{repository.baseBranch}</code>
      </Text>
      <div className={classes.switch}>
        <EnabledSwitch repository={repository} />
      </div>
    </li>
  );
}
