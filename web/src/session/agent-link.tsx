import { TextLink } from "../components/text-link.tsx";
import { text } from "../text/index.ts";
import type { SavedAgent } from "./use-saved-agent.ts";

/** Link to the saved agent that started a session. */
export function AgentLink({ agent: { id, name } }: { readonly agent: SavedAgent }) {
  return (
    <TextLink to="/agents/$agentId" params={{ agentId: id }} inherit>
      <bdi>{text.session.byAgent(name)}</bdi>
    </TextLink>
  );
}
