/** Options of commands that set how the agent works. */
export interface AgentOptionFlags {
  readonly plan?: boolean;
  readonly reasoning?: string;
  readonly speed?: string;
  readonly goal?: string;
  readonly goalCheck?: string;
}

/**
 * Returns the `agentOptions` of a request, or undefined without any option. The server decides whether the harness
 * supports them.
 */
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
