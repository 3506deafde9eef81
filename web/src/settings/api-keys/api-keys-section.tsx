import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { Section } from "../kit/section.tsx";
import { ShownOnce } from "../kit/shown-once.tsx";
import { usePages } from "../kit/use-pages.ts";
import { ApiKeyRow } from "./api-key-row.tsx";
import { KeyNameForm } from "./key-name-form.tsx";

const words = settingsText.apiKeys;

export default function ApiKeysSection() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [token, setToken] = useState<string | null>(null);
  const { query, items } = usePages(["api-keys"], ({ cursor, signal }) =>
    tembo.apiKeys.list({ cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names["api-keys"]}
      about={words.about}
      action={<Button onClick={open}>{words.create}</Button>}
    >
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((key) => (
          <ApiKeyRow key={key.id} apiKey={key} />
        ))}
      </Rows>
      <FormModal title={words.create} isOpen={isOpen} onClose={close}>
        <KeyNameForm
          name=""
          submit={words.create}
          request={(name) => tembo.apiKeys.create({ name })}
          onDone={(created) => {
            setToken(created.token);
            close();
          }}
        />
      </FormModal>
      <ShownOnce title={words.token} about={words.tokenAbout} value={token} onClose={() => setToken(null)} />
    </Section>
  );
}
