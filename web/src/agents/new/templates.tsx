import { Badge, Text, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { AgentTemplate } from "@tembo-io/sdk";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { templatesQuery } from "../agents-query.ts";
import classes from "./new-agent.module.css";

const words = text.agents.new;

export function Templates({
  chosen,
  onChoose,
}: {
  readonly chosen: AgentTemplate | null;
  readonly onChoose: (template: AgentTemplate | null) => void;
}) {
  const query = useQuery(templatesQuery);
  return (
    <section aria-labelledby="templates">
      <Title order={2} id="templates" mb="xs">
        {words.templates}
      </Title>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      <div className={classes.templates}>
        <Card
          title={words.blank}
          description={words.blankBody}
          isChosen={chosen === null}
          onChoose={() => onChoose(null)}
        />
        {(query.data ?? []).map((template) => (
          <Card
            key={template.name}
            title={template.title}
            description={template.description}
            label={template.label}
            isChosen={chosen?.name === template.name}
            onChoose={() => onChoose(template)}
          />
        ))}
      </div>
    </section>
  );
}

function Card({
  title,
  description,
  label,
  isChosen,
  onChoose,
}: {
  readonly title: string;
  readonly description: string;
  readonly label?: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <UnstyledButton className={classes.template} aria-pressed={isChosen} onClick={onChoose}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="xs" c="dimmed" className={classes.description}>
        {description}
      </Text>
      {label !== undefined && (
        <Badge size="xs" variant="default" tt="none" fw={500}>
          {label}
        </Badge>
      )}
    </UnstyledButton>
  );
}
