export const account = {
  about: "Who you are, and where you are signed in.",
  profile: {
    title: "Profile",
    about: "Commits of your sessions carry the name and the address.",
    name: "Name",
    email: "E-mail address",
  },
  forgeNames: {
    title: "Your names on forges",
    about:
      "They decide which reviews are yours in the inbox. You say them yourself and the forge is not asked; nobody gains access by them.",
    label: (forge: string) => `Your name on ${forge}`,
    hint: (webUrl: string) => `As it stands in the address of your page at ${webUrl}. Empty: none.`,
    builtIn: "On the built-in forge you are known by your API keys.",
  },
  agent: {
    title: "Default agent",
    about: "Works the sessions that you create without naming another one.",
    label: "Agent",
    none: "As the organization has it",
  },
  password: {
    title: "Password",
    about: "With a new password all your other sign-ins end.",
    current: "Current password",
    currentHint: "Leave it empty if you have none yet.",
    submit: "Change the password",
    done: "The password is changed. All other sign-ins have ended.",
  },
  signIns: {
    title: "Sign-ins",
    about: "Browsers in which you are signed in. A sign-in lasts 30 days from its last use.",
    label: "Your sign-ins",
    empty: "You are here with an API key.",
    current: "This browser",
    unknown: "Unknown browser",
    signedIn: "Signed in",
    lastUsed: "last used",
    everywhere: "Sign out everywhere",
    question: "Sign out everywhere?",
    consequence: "Every sign-in of yours ends, with the one in this browser. API keys go on.",
  },
};
