/** How work shall be done, as options of commands name it. */
export interface AgentOptionFlags {
  readonly plan?: boolean;
  readonly reasoning?: string;
  readonly speed?: string;
  readonly goal?: string;
  readonly goalCheck?: string;
}

/** `agentOptions` of a request; undefined without any. Whether a harness can is the server's to say. */
export function agentOptionsOf({
  plan,
  reasoning,
  speed,
  goal,
  goalCheck,
}: AgentOptionFlags): Record<string, unknown> | undefined {
  const options = {
    ...(plan && { mode: "planning" }),
    ...(reasoning !== undefined && { reasoningLevel: reasoning }),
    ...(speed !== undefined && { speed }),
    ...((goal !== undefined || goalCheck !== undefined) && {
      goal: {
        ...(goal !== undefined && { objective: goal }),
        ...(goalCheck !== undefined && { check: goalCheck }),
      },
    }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}
