import type { NotificationKind } from "@tembo-io/sdk";

const kinds: Record<NotificationKind, string> = {
  permission: "Permission needed",
  question: "Question",
  plan: "Plan to review",
  failure: "Failed",
  end: "Finished",
};

const test = {
  send: "Send test",
  sent: (to: readonly string[]) => `Test sent to ${to.join(", ")}`,
};

export const notifications = {
  notifications: {
    about: "Tembo notifies you of sessions that you created or sent a message to.",
    kinds,
    choices: {
      title: "Notifications",
      about: "These settings apply in all of your organizations.",
      kind: "When a session has this state",
      email: "Email",
      push: "Browser",
      choice: (kind: string, channel: string) => `${kind}: ${channel}`,
    },
    quiet: {
      title: "Quiet hours",
      about: "Tembo sends notifications at the end of this period, if they are still relevant.",
      isOn: "Use quiet hours",
      from: "From",
      to: "To",
      timeZone: "Time zone",
    },
    email: {
      title: "Email",
      about: "Tembo sends email to the address of your account.",
    },
    browsers: {
      title: "Browsers",
      about: "These browsers show notifications, even if Tembo is not open.",
      list: "Your browsers",
      empty: "No browser shows notifications yet.",
      unknown: "Unknown browser",
      current: "Current sign-in",
      added: "Added",
      turnOn: "Turn on in this browser",
      isOn: "This browser shows notifications",
      removeQuestion: "Remove this browser?",
      removeConsequence: "Tembo no longer sends notifications to it.",
      blocked:
        "The browser blocks notifications from this site. Allow them in the browser's settings for this site.",
      unsupported:
        "This browser cannot show notifications. Web Push requires HTTPS and, on an iPhone, the installed app.",
    },
    test,
  },
  mailServer: {
    about: "The SMTP server that sends notifications by email to the members of the organization.",
    title: "Server",
    host: "Host",
    port: "Port",
    security: "Encryption",
    securities: { tls: "TLS (port 465)", startTls: "STARTTLS (port 587)", none: "None, without sign-in" },
    username: "Username",
    usernameHint: "Leave empty if the server requires no sign-in.",
    password: "Password",
    passwordKept: "Leave empty to keep the stored password.",
    from: "Sender's address",
    test: {
      title: "Test",
      about: "Sends an email to your own address with the saved settings.",
      ...test,
    },
    lastFailure: "The last email could not be sent",
    delete: "Delete mail server",
    deleteQuestion: "Delete the mail server?",
    deleteConsequence: "Tembo no longer sends email to the members of this organization.",
    deleted: "Mail server deleted",
  },
};
