export const signIn = {
  title: "Sign in to Tembo",
  apiKey: "API key",
  apiKeyHint: 'The server printed the first one at its first start. "tembo key create" makes another.',
  submit: "Sign in",
};
