/** Command options that control how the agent works. */
export interface AgentOptionFlags {
  readonly plan?: boolean;
  readonly reasoning?: string;
  readonly speed?: string;
  readonly goal?: string;
  readonly goalCheck?: string;
}

/**
 * Returns the `agentOptions` of a request, or undefined if no option is set. The server rejects options that the
 * harness does not support.
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
