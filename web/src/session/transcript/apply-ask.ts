import { addItem, type Draft, itemAt, replaceItem } from "./draft.ts";
import type { Told } from "./event-data.ts";

/** What agents ask people, and what the sandbox kept from them. */
export function applyAsk(draft: Draft, { data, id, at }: Told): void {
  switch (data.type) {
    case "permission.requested": {
      const { permissionId, title, kind: toolKind, input, expiresAt } = data;
      const key = `permission:${permissionId}`;
      draft.openAsks.add(key);
      addItem(draft, key, at, {
        kind: "permission",
        permissionId,
        title,
        toolKind,
        input,
        expiresAt,
        answer: null,
      });
      return;
    }
    case "permission.answered": {
      const { permissionId, title, kind: toolKind, decision, by, comment } = data;
      const key = `permission:${permissionId}`;
      const answer = { decision, by, comment };
      const asked = itemAt(draft, key, "permission");
      draft.openAsks.delete(key);
      if (asked !== null) replaceItem(draft, asked.index, { ...asked.item, answer });
      // What the policy allows by itself is what the tool call shows anyway.
      else if (decision === "deny")
        addItem(draft, key, at, {
          kind: "permission",
          permissionId,
          title,
          toolKind,
          input: null,
          expiresAt: null,
          answer,
        });
      return;
    }
    case "question.asked": {
      const { questionId, question, options, expiresAt } = data;
      const key = `question:${questionId}`;
      draft.openAsks.add(key);
      addItem(draft, key, at, { kind: "question", questionId, question, options, expiresAt, answer: null });
      return;
    }
    case "question.answered": {
      const key = `question:${data.questionId}`;
      const asked = itemAt(draft, key, "question");
      draft.openAsks.delete(key);
      if (asked !== null)
        replaceItem(draft, asked.index, { ...asked.item, answer: { text: data.answer, by: data.by } });
      return;
    }
    case "plan.proposed":
      addItem(draft, `proposal:${data.artifactId}`, at, {
        kind: "proposal",
        artifactId: data.artifactId,
        title: data.title,
      });
      return;
    case "egress.denied": {
      const { host, port, reason } = data;
      addItem(draft, `event:${id}`, at, { kind: "egress", host, port, reason });
      return;
    }
  }
}
