export const signIn = {
  title: "Sign in to Tembo",
  ways: "Ways to sign in",
  password: "Password",
  email: "E-mail address",
  apiKey: "API key",
  apiKeyHint: 'The server printed the first one at its first start. "tembo key create" makes another.',
  submit: "Sign in",
  firstUser: {
    title: "Nobody has a password yet",
    body: 'The server printed a link for the first person when it started. In its output, look for the line that begins with "welcome", and open that address.',
  },
  welcome: {
    title: "Welcome to Tembo",
    body: "Say who you are and choose a password. This link is good once.",
    name: "Name",
    nameHint: "Commits of your sessions carry it, with the address.",
    submit: "Choose the password and sign in",
    noToken: "This address is not complete. Copy the whole link, with what stands behind the # sign.",
    toSignIn: "To the sign-in page",
  },
  newPassword: {
    label: "Password",
    next: "New password",
    rule: "At least 10 characters. Several words are easy to remember and hard to guess.",
    length: (n: number) => (n === 1 ? "1 character to go" : `${n} characters to go`),
    longEnough: "Long enough",
  },
};
