import type { Appliers } from "./apply.ts";
import { addItem, itemAt, replaceItem } from "./draft.ts";
import { hideCallOf } from "./session-tools.ts";

/**
 * Appliers that add the agent's permission requests, questions and plans, and the connections that the network policy
 * blocked.
 */
export const decisionEvents = {
  "permission.requested": (draft, { data, at }) => {
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
  },
  "permission.answered": (draft, { data, at }) => {
    const {
      permissionId,
      title,
      kind: toolKind,
      decision,
      by,
      comment,
      isForSession = false,
      userId = null,
    } = data;
    const key = `permission:${permissionId}`;
    const answer = { decision, by, comment, isForSession, userId };
    const asked = itemAt(draft, key, "permission");
    draft.openAsks.delete(key);
    if (asked !== null) replaceItem(draft, asked.index, { ...asked.item, answer });
    // Omits a request that the policy allowed automatically, because the tool call already shows the action.
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
  },
  "question.asked": (draft, { data, at }) => {
    const { questionId, question, options, expiresAt } = data;
    const key = `question:${questionId}`;
    draft.openAsks.add(key);
    hideCallOf(draft, "ask_user");
    addItem(draft, key, at, { kind: "question", questionId, question, options, expiresAt, answer: null });
  },
  "question.answered": (draft, { data }) => {
    const key = `question:${data.questionId}`;
    const asked = itemAt(draft, key, "question");
    draft.openAsks.delete(key);
    if (asked !== null)
      replaceItem(draft, asked.index, {
        ...asked.item,
        answer: { text: data.answer, by: data.by, userId: data.userId ?? null },
      });
  },
  "plan.proposed": (draft, { data, at }) => {
    addItem(draft, `proposal:${data.artifactId}`, at, {
      kind: "proposal",
      artifactId: data.artifactId,
      title: data.title,
    });
  },
  "egress.denied": (draft, { data, at, key }) => {
    const { host, port, reason } = data;
    addItem(draft, key, at, { kind: "egress", host, port, reason });
  },
} satisfies Partial<Appliers>;
