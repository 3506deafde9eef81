import type { NotificationKind } from "@tembo/contract";
import type { Session } from "../../sessions/index.ts";
import type { Mail } from "./mailer.ts";

const maxTitleCharacters = 120;

/** Label for the subject, and a sentence, for each kind. */
const words: Readonly<Record<NotificationKind, { readonly label: string; readonly sentence: string }>> = {
  permission: { label: "Permission needed", sentence: "The agent needs a permission to continue." },
  question: { label: "Question", sentence: "The agent asked a question and waits for the answer." },
  plan: { label: "Plan to review", sentence: "The agent proposed a plan." },
  failure: { label: "Failed", sentence: "The session failed." },
  end: { label: "Finished", sentence: "The session finished its work." },
};

/** Content of a Web Push message, which the service worker of the dashboard shows. */
export interface PushContent {
  readonly title: string;
  readonly body: string;
  /** Path of the page that a click opens. */
  readonly path: string;
  /** A notification replaces an earlier one with the same tag. */
  readonly tag: string;
}

/** Returns the text of an email. The recipient is added when it is sent. Pure. */
export function composeMail(
  kind: NotificationKind,
  session: Pick<Session, "id" | "title">,
  publicUrl: string,
): Pick<Mail, "subject" | "text"> {
  const { label, sentence } = words[kind];
  const title = shortTitle(session.title);
  return {
    subject: `${label}: ${title}`,
    text: `${title}

${sentence}

Open the session:
${publicUrl}/sessions/${session.id}

--
You receive this email because you take part in the session. Change your notifications:
${publicUrl}/settings/notifications
`,
  };
}

/** Returns the content of a Web Push message. Pure. */
export function composePush(kind: NotificationKind, session: Pick<Session, "id" | "title">): PushContent {
  return {
    title: words[kind].label,
    body: shortTitle(session.title),
    path: `/sessions/${session.id}`,
    tag: `${session.id}:${kind}`,
  };
}

export const testMail: Pick<Mail, "subject" | "text"> = {
  subject: "Test notification",
  text: "Tembo can send you email. You requested this test under Settings.\n",
};

export const testPush: PushContent = {
  title: "Test notification",
  body: "Tembo can show notifications in this browser.",
  path: "/settings/notifications",
  tag: "test",
};

/** Returns the title as one line. */
function shortTitle(title: string): string {
  const line = title.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length <= maxTitleCharacters
    ? line
    : `${line.slice(0, maxTitleCharacters).toWellFormed().trimEnd()}…`;
}
