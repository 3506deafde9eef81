import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { runtimesQuery } from "../../api/choices.ts";
import { Failed } from "../../components/failed.tsx";
import { text } from "../../text/index.ts";
import { useSendAgain } from "../use-send-again.ts";
import { listOtherModels } from "./other-models.ts";

const words = text.session.next;

/** Menu of models that sends the failed message again to the selected one. */
export function TryAgain({
  sessionId,
  agent,
  messageId,
}: {
  readonly sessionId: string;
  readonly agent: string | null;
  readonly messageId: string;
}) {
  const { data: runtimes = [] } = useQuery(runtimesQuery);
  const send = useSendAgain(sessionId, messageId);
  const harnesses = listOtherModels(runtimes, agent);
  return (
    <>
      <Menu position="top-end" width={260}>
        <Menu.Target>
          <Button
            size="xs"
            loading={send.isPending}
            disabled={send.isSuccess}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            {words.again}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
          {harnesses.length === 0 && <Menu.Label>{words.noModels}</Menu.Label>}
          {harnesses.map(({ harness, label, models }) => (
            <div key={harness}>
              <Menu.Label>{label}</Menu.Label>
              {models.map((model) => (
                <Menu.Item key={model.agent} onClick={() => send.mutate(model.agent)}>
                  {model.label}
                </Menu.Item>
              ))}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      {send.isError && <Failed error={send.error} />}
    </>
  );
}
