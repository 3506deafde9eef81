import { Button, Group, Text, Textarea } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Plan } from "@tembo-io/sdk";
import { useState } from "react";
import { Failed } from "../../components/failed.tsx";
import { Markdown } from "../../components/markdown/markdown.tsx";
import { text } from "../../text/index.ts";
import { planQuery, usePlanDecision } from "../plan-query.ts";
import type { ItemOf } from "../transcript/item.ts";
import classes from "./rows.module.css";

const words = text.session.proposal;

/** A plan at the end of a planning turn. Only the newest plan of a session accepts a decision. */
export function ProposalRow({
  item,
  sessionId,
}: {
  readonly item: ItemOf<"proposal">;
  readonly sessionId: string;
}) {
  const plan = useQuery(planQuery(sessionId, item.artifactId));
  const isNewest = plan.data?.artifactId === item.artifactId;
  return (
    <article
      className={isNewest && plan.data?.state === "proposed" ? classes.ask : classes.card}
      aria-label={words.title}
    >
      <Group gap={8} mb={8} wrap="nowrap">
        <IconListCheck size={18} aria-hidden />
        <Text size="sm" fw={600} dir="auto">
          {words.title}: {item.title}
        </Text>
      </Group>
      {plan.isError && <Failed error={plan.error} onRetry={() => void plan.refetch()} />}
      {plan.data !== undefined && !isNewest && <Text size="sm">{words.replaced}</Text>}
      {plan.data !== undefined && isNewest && <NewestPlan plan={plan.data} />}
    </article>
  );
}

function NewestPlan({ plan }: { readonly plan: Plan }) {
  const [mode, setMode] = useState<"read" | "edit" | "reject">("read");
  const [typed, setTyped] = useState("");
  const { approve, save, reject } = usePlanDecision(plan);
  const failure = approve.error ?? save.error ?? reject.error;
  const isBusy = approve.isPending || save.isPending || reject.isPending;
  const turnTo = (next: typeof mode, content: string) => {
    setTyped(content);
    setMode(next);
  };
  if (mode !== "read") {
    const isEdit = mode === "edit";
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          (isEdit ? save : reject).mutate(typed, { onSuccess: () => setMode("read") });
        }}
      >
        <Textarea
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          label={isEdit ? words.content : words.rejectWhy}
          autosize
          minRows={isEdit ? 8 : 2}
          maxRows={24}
          autoFocus
        />
        <Group gap={8} mt={10}>
          <Button type="submit" size="xs" loading={isBusy} disabled={typed.trim() === ""}>
            {isEdit ? words.save : words.reject}
          </Button>
          <Button size="xs" variant="default" onClick={() => setMode("read")}>
            {words.cancel}
          </Button>
        </Group>
        {failure !== null && <Failed error={failure} />}
      </form>
    );
  }
  return (
    <>
      <Markdown>{plan.content}</Markdown>
      {plan.state === "proposed" ? (
        <Group gap={8} mt={12}>
          <Button size="xs" loading={approve.isPending} disabled={isBusy} onClick={() => approve.mutate()}>
            {words.approve}
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => turnTo("edit", plan.content)}>
            {words.edit}
          </Button>
          <Button size="xs" variant="default" disabled={isBusy} onClick={() => turnTo("reject", "")}>
            {words.reject}
          </Button>
        </Group>
      ) : (
        <Text size="sm" mt={10} c="dimmed" dir="auto">
          {plan.state === "approved" ? words.approved : words.rejected}
          {plan.comment !== null && `: ${plan.comment}`}
        </Text>
      )}
      {failure !== null && <Failed error={failure} />}
    </>
  );
}
