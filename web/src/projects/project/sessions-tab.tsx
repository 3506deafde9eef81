import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Project } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { StateMark, shownState } from "../../components/state-mark.tsx";
import { TextLink } from "../../components/text-link.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { Row, Rows } from "../../settings/kit/rows.tsx";
import { usePages } from "../../settings/kit/use-pages.ts";
import { projectsText } from "../../text/projects/index.ts";
import classes from "./sessions-tab.module.css";

const words = projectsText.sessions;

/** Sessions that started from the project. */
export function SessionsTab({ project }: { readonly project: Project }) {
  const { query, items } = usePages(["sessions", "project", project.id], async ({ cursor, signal }) => {
    const page = await tembo.sessions.list(
      { projectIds: [project.id], state: "active", limit: 50, ...(cursor !== undefined && { cursor }) },
      { signal },
    );
    return { items: page.items, nextCursor: page.nextCursor };
  });
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={2}>{projectsText.tabs.sessions}</Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          renderRoot={(props) => <Link to="/sessions/new" search={{ project: project.id }} {...props} />}
        >
          {words.start}
        </Button>
      </Group>
      <Rows query={query} label={words.list} empty={words.none}>
        {items.map((session) => (
          <Row
            key={session.id}
            title={
              <span className={classes.title}>
                <StateMark state={shownState(session)} />
                <TextLink to="/sessions/$sessionId" params={{ sessionId: session.id }} size="sm">
                  {session.title}
                </TextLink>
              </span>
            }
          >
            <Text size="xs" c="dimmed" component="span">
              <TimeAgo at={session.lastQueuedAt ?? session.createdAt} />
            </Text>
          </Row>
        ))}
      </Rows>
    </Stack>
  );
}
