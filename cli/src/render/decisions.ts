import type { EventOf } from "@tembo-io/sdk";
import { styled } from "../terminal.ts";
import { lines, type Memory, type Rendered } from "./rendered.ts";

export function permissionRequested(
  event: EventOf<"permission.requested">,
  { sessionId, moment }: Memory,
): Rendered {
  const { permissionId, kind, title, input, expiresAt } = event;
  const shown = input === null ? [] : [[styled("dim", `  ${input.slice(0, 500)}`)]];
  return lines(
    [
      styled("yellow", "permission needed: "),
      `${kind} ${title}`,
      styled("dim", ` (expires ${moment(expiresAt)})`),
    ],
    ...shown,
    [styled("dim", `  tembo session permit ${sessionId} ${permissionId} allow|deny`)],
  );
}

const answerers = {
  person: "by a person",
  timeout: "because no one answered in time",
  policy: "by the organization's policy",
  turn: "because the turn ended",
} as const;

export function permissionAnswered(event: EventOf<"permission.answered">): Rendered {
  const { decision, by, kind, title, comment, isForSession = false } = event;
  const isAllowed = decision === "allow";
  return lines([
    styled(isAllowed ? "green" : "red", isAllowed ? "allowed: " : "denied: "),
    `${kind} ${title}`,
    styled("dim", ` (${answerers[by] ?? by}${isForSession ? ", for this session" : ""})`),
    ...(comment === null ? [] : [` ${comment}`]),
  ]);
}

export function questionAsked(event: EventOf<"question.asked">, { sessionId, moment }: Memory): Rendered {
  const { questionId, question, options, expiresAt } = event;
  return lines(
    [styled("yellow", "question: "), question, styled("dim", ` (expires ${moment(expiresAt)})`)],
    ...options.map((option) => [`  - ${option}`]),
    ...(options.length === 0 ? [] : [["  - any other answer"]]),
    [styled("dim", `  tembo session answer ${sessionId} ${questionId} TEXT`)],
  );
}

export function questionAnswered({ answer, by }: EventOf<"question.answered">): Rendered {
  const words = answer === null ? [styled("dim", "no answer")] : [answer];
  return lines([styled("green", "answered: "), ...words, styled("dim", ` (${answerers[by] ?? by})`)]);
}

export function planProposed({ title }: EventOf<"plan.proposed">, { sessionId }: Memory): Rendered {
  return lines(
    [styled("bold", "plan proposed: "), title],
    [styled("dim", `  tembo plan show|approve|edit|reject ${sessionId}`)],
  );
}

export function goalChecked({ round, isReached, output }: EventOf<"goal.checked">): Rendered {
  const head = isReached ? styled("green", "goal reached") : styled("yellow", "goal not reached");
  const tail = isReached ? [] : output.trimEnd().split("\n").slice(-5);
  return lines(
    [head, styled("dim", ` (round ${round})`)],
    ...tail.filter((line) => line !== "").map((line) => [styled("dim", `  ${line}`)]),
  );
}
