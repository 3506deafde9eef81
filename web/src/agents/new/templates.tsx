import { Badge, Button, Skeleton, Text, Title, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { AgentTemplate } from "@tembo-io/sdk";
import { useState } from "react";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { templatesQuery } from "../agents-query.ts";
import classes from "./new-agent.module.css";

const words = text.agents.new;
/** Numbers of templates that are shown at first, so that the form is in view. */
const FIRST = 9;
const FIRST_ON_PHONE = 3;

export function Templates({
  chosen,
  onChoose,
}: {
  readonly chosen: AgentTemplate | null;
  readonly onChoose: (template: AgentTemplate | null) => void;
}) {
  const query = useQuery(templatesQuery);
  const [showsAll, setShowsAll] = useState(false);
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const first = isNarrow ? FIRST_ON_PHONE : FIRST;
  const places = Array.from({ length: first }, (_, place) => place);
  const all = query.data ?? [];
  const shown = showsAll ? all : all.slice(0, first);
  return (
    <section aria-labelledby="templates">
      <Title order={2} id="templates" mb="xs">
        {words.templates}
      </Title>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      <div id="template-cards" className={classes.templates}>
        <Card
          title={words.blank}
          description={words.blankBody}
          isChosen={chosen === null}
          onChoose={() => onChoose(null)}
        />
        {query.isPending && places.map((place) => <Skeleton key={place} height="100%" />)}
        {shown.map((template) => (
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
      {all.length > first && (
        <Button
          size="xs"
          variant="default"
          className={classes.all}
          aria-expanded={showsAll}
          aria-controls="template-cards"
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? words.fewerTemplates : words.allTemplates(all.length)}
        </Button>
      )}
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
