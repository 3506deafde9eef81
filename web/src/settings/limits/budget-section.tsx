import { NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Budget } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { budgetQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
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
      <Panel title={words.title}>
        <Loaded query={query}>{(budget) => <BudgetForm budget={budget} />}</Loaded>
      </Panel>
    </Section>
  );
}

function BudgetForm({ budget }: { readonly budget: Budget }) {
  const { organizationId } = usePerson();
  const isAdmin = useIsAdmin();
  const [draft, setDraft] = useState(budget);
  const save = useChange(() => tembo.organizations.budget.update(organizationId, draft), {
    stale: [budgetQuery(organizationId).queryKey],
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
