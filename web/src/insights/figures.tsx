import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Insight } from "@tembo-io/sdk";
import type { ReactNode } from "react";
import { TextLink } from "../components/text-link.tsx";
import { formatCount, formatDollars, formatPercent } from "../format/numbers.ts";
import { text } from "../text/index.ts";
import classes from "./insights-page.module.css";
import { billingQuery } from "./insights-query.ts";

const words = text.insights;

export function Figures({ summary }: { readonly summary: NonNullable<Insight["data"]>["summary"] }) {
  const { data: billing } = useQuery(billingQuery);
  const { changes } = summary;
  return (
    <section aria-label={words.period}>
      <dl className={classes.figures}>
        <Figure
          name={words.figures.sessions}
          value={formatCount(summary.tasksCompleted)}
          about={words.change(changes.tasksCompleted)}
        />
        <Figure
          name={words.figures.created}
          value={formatCount(summary.prsCreated)}
          about={words.change(changes.prsCreated)}
        />
        <Figure
          name={words.figures.merged}
          value={formatCount(summary.prsMerged)}
          about={words.change(changes.prsMerged)}
        />
        <Figure
          name={words.figures.contribution}
          value={formatPercent(summary.temboContribution)}
          about={words.points(changes.temboContribution)}
        />
        {billing !== undefined && (
          <Figure
            name={words.figures.spent}
            value={formatDollars(billing.onDemand.currentUsage)}
            about={
              billing.onDemand.maxCreditUsage > 0
                ? words.budget(formatDollars(billing.onDemand.maxCreditUsage))
                : words.noBudget
            }
          >
            <TextLink size="xs" to="/settings/$section" params={{ section: "usage" }}>
              {words.whereSpent}
            </TextLink>
          </Figure>
        )}
      </dl>
    </section>
  );
}

function Figure({
  name,
  value,
  about,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly about: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={classes.figure}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="xl" fw={650}>
        {value}
      </Text>
      <Text component="dd" size="xs" c="dimmed">
        {about}
      </Text>
      {children !== undefined && <dd>{children}</dd>}
    </div>
  );
}
