export const models = {
  about: "Which models sessions may name, and who answers for them.",
  list: "Models",
  empty: "No model is called that.",
  search: "Search models",
  enable: (name: string) => `Sessions may name ${name}`,
  provider: (name: string) => `Who answers for ${name}`,
  familyOwn: "As its family has it",
  providers: {
    TemboManagedInference: "The server's key",
    BYOK: "The organization's key",
  },
  keys: {
    title: "Keys of providers",
    about:
      "They stay outside of sandboxes and are never shown. What you save takes the place of what there was.",
    saved: "The key is kept.",
    removed: "The key is removed.",
    remove: "Remove",
    removeOf: (name: string) => `Remove the key of ${name}`,
    removeQuestion: (name: string) => `Remove what is kept for ${name}?`,
    removeConsequence: "Models are asked with the server's own key then, where it has one.",
    apiKey: "API key",
  },
};
