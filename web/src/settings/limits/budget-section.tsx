import { NumberInput, Progress, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Budget } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { budgetQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { TextLink } from "../../components/text-link.tsx";
import { formatDollars, formatPercent } from "../../format/numbers.ts";
import { billingQuery } from "../../insights/insights-query.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Panel, ReadOnlyNote, Section, useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.budget;
const MOST_USD = 1_000_000;

export default function BudgetSection() {
  const { organizationId } = usePerson();
  const query = useQuery(budgetQuery(organizationId));
  return (
    <Section title={settingsText.names.budget} about={words.about}>
      <ReadOnlyNote />
      <SpentThisMonth />
      <Panel title={words.title}>
        <Loaded query={query}>{(budget) => <BudgetForm budget={budget} />}</Loaded>
      </Panel>
    </Section>
  );
}

/** Shows the month's spending, beside the budget if there is one. */
function SpentThisMonth() {
  const { data: billing } = useQuery(billingQuery);
  const { currentUsage = 0, maxCreditUsage = 0 } = billing?.onDemand ?? {};
  const spent = formatDollars(currentUsage);
  const hasBudget = maxCreditUsage > 0;
  const share = hasBudget ? (currentUsage / maxCreditUsage) * 100 : 0;
  return (
    <Panel title={words.spent}>
      <Skeleton visible={billing === undefined}>
        <Text size="xl" fw={600}>
          {hasBudget ? words.spentOf(spent, formatDollars(maxCreditUsage)) : spent}
        </Text>
        <Progress
          mt="xs"
          value={Math.min(100, share)}
          color={hasBudget && currentUsage >= maxCreditUsage ? "red" : "teal"}
          aria-label={words.spent}
        />
        <Text size="sm" c="dimmed" mt="xs">
          {hasBudget ? words.share(formatPercent(share)) : words.noMonthly}{" "}
          <TextLink to="/settings/$section" params={{ section: "usage" }} size="sm">
            {words.viewUsage}
          </TextLink>
        </Text>
      </Skeleton>
    </Panel>
  );
}

function BudgetForm({ budget }: { readonly budget: Budget }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [draft, setDraft] = useState(budget);
  const save = useChange(() => tembo.organizations.budget.update(organizationId, draft), {
    stale: [budgetQuery(organizationId).queryKey, billingQuery.queryKey],
    done: settingsText.saved,
  });
  const isChanged = draft.perSessionUsd !== budget.perSessionUsd || draft.perMonthUsd !== budget.perMonthUsd;
  const fields = [
    { name: "perSessionUsd", label: words.session, hint: words.sessionHint },
    { name: "perMonthUsd", label: words.month, hint: words.monthHint },
  ] as const;
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged} readOnly={!isAdmin}>
      {fields.map(({ name, label, hint }) => (
        <NumberInput
          key={name}
          label={label}
          description={hint}
          value={draft[name] ?? ""}
          onChange={(value) => setDraft({ ...draft, [name]: typeof value === "number" ? value : null })}
          placeholder={words.none}
          prefix="$"
          min={0}
          max={MOST_USD}
          decimalScale={2}
          thousandSeparator=","
          readOnly={!isAdmin}
        />
      ))}
    </Form>
  );
}
