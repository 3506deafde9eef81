import { formatCountOf } from "../format/numbers.ts";

export const signIn = {
  title: "Sign in to Tembo",
  ways: "Sign-in methods",
  password: "Password",
  email: "Email address",
  apiKey: "API key",
  apiKeyHint:
    'The server printed an API key when it first started. To create another key, run "tembo key create".',
  submit: "Sign in",
  firstUser: {
    title: "Set up the first account",
    body: 'The server printed a setup link when it started. In its output, find the line that starts with "welcome" and open the link.',
  },
  welcome: {
    title: "Welcome to Tembo",
    body: "Create your account. This link works once.",
    name: "Name",
    nameHint: "Used with your email address as the author of commits from your sessions.",
    submit: "Create account",
    noToken: "This link is incomplete. Copy the whole link, including the part after the # sign.",
    toSignIn: "Go to the sign-in page",
  },
  newPassword: {
    label: "Password",
    next: "New password",
    rule: "Use at least 10 characters. A phrase of several words is easy to remember and hard to guess.",
    length: (n: number) => formatCountOf(n, "more character required", "more characters required"),
    longEnough: "Long enough",
  },
};
