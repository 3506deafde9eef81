import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { settingsText } from "../../text/settings/index.ts";
import { Rows } from "../kit/rows.tsx";
import { Panel, ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { ModelRow } from "./model-row.tsx";
import { modelsQuery } from "./models-query.ts";
import { ProviderKeys } from "./provider-keys.tsx";

const words = settingsText.models;

export default function ModelsSection() {
  const isAdmin = useIsAdmin();
  const [search, setSearch] = useState("");
  const query = useQuery(modelsQuery);
  const { models: all = [], providers = [] } = query.data ?? {};
  const wanted = search.trim().toLowerCase();
  const models = all.filter(({ name, label, provider }) =>
    `${name} ${label} ${provider}`.toLowerCase().includes(wanted),
  );
  return (
    <Section title={settingsText.names.models} about={words.about}>
      <ReadOnlyNote />
      {isAdmin && <ProviderKeys providers={providers} />}
      <Panel title={words.list}>
        <TextInput
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Rows query={query} label={words.list} empty={words.empty}>
          {models.map((model) => (
            <ModelRow key={model.name} model={model} providers={providers} />
          ))}
        </Rows>
      </Panel>
    </Section>
  );
}
