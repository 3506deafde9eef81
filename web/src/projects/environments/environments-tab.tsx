import { Stack, Text, Title } from "@mantine/core";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { Rows } from "../../settings/kit/rows.tsx";
import { usePages } from "../../settings/kit/use-pages.ts";
import { projectsText } from "../../text/projects/index.ts";
import { EnvironmentRow } from "./environment-row.tsx";

const words = projectsText.environments;
const REFRESH_MS = 10_000;

/** Built environments of a project. */
export function EnvironmentsTab({ project }: { readonly project: Project }) {
  const { query, items } = usePages(
    ["project", project.id, "environments"],
    async ({ cursor, signal }) => {
      const query = { limit: 50, ...(cursor !== undefined && { cursor }) };
      const page = await tembo.projects.snapshots.list(project.id, query, { signal });
      return { items: page.items, nextCursor: page.nextCursor };
    },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Stack gap="md">
      <Title order={2}>{words.title}</Title>
      <Text size="sm" c="dimmed">
        {words.about}
      </Text>
      <Rows query={query} label={words.list} empty={words.none}>
        {items.map((environment) => (
          <EnvironmentRow key={environment.id} environment={environment} />
        ))}
      </Rows>
    </Stack>
  );
}
