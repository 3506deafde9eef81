import { namedDefault } from "../named-default.ts";

export const account = {
  about: "Your profile, your password and the browsers where you are signed in.",
  profile: {
    title: "Profile",
    about: "Commits in your sessions use this name and email address.",
    name: "Name",
    email: "Email address",
  },
  forgeNames: {
    title: "Forge usernames",
    about: "Tembo uses these usernames to find your review requests. They do not grant any access.",
    label: (forge: string) => `Username on ${forge}`,
    hint: (webUrl: string) => `Your username at ${webUrl}. Leave empty if you do not have one.`,
    builtIn: "The built-in forge identifies you by your API keys.",
  },
  agent: {
    title: "Default agent",
    about: "Runs your sessions unless you choose another agent.",
    label: "Agent",
    none: namedDefault("Organization default"),
  },
  sending: {
    title: "Sending messages",
    about: "Applies to new sessions and to messages. On a touch screen, use the button.",
    label: "Key that sends",
    ctrlEnter: "Ctrl+Enter or Cmd+Enter. Enter starts a new line.",
    enter: "Enter. Shift+Enter starts a new line.",
  },
  password: {
    title: "Password",
    about: "Changing your password signs you out of all other browsers.",
    current: "Current password",
    currentHint: "Leave empty if you do not have a password yet.",
    submit: "Change password",
    done: "Password changed. You are signed out of all other browsers.",
  },
  confirm: {
    title: "Confirm with your password",
    about: "This change affects your account in every organization.",
    password: "Your password",
    submit: "Confirm",
  },
  signIns: {
    title: "Sign-ins",
    about: "Browsers where you are signed in. A sign-in expires 30 days after its last use.",
    label: "Your sign-ins",
    empty: "You are not signed in on any browser.",
    everywhere: "Sign out everywhere",
    question: "Sign out everywhere?",
    consequence: "You are signed out of all browsers, including this one. Your API keys keep working.",
  },
};
