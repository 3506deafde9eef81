import { NativeSelect, NumberInput, PasswordInput, SimpleGrid, TextInput } from "@mantine/core";
import type { MailServer, MailServerBody } from "@tembo-io/sdk";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { mailServerQuery } from "../../api/settings-queries.ts";
import { usePerson } from "../../api/who.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useChange } from "../kit/use-change.ts";

const words = settingsText.mailServer;
type Security = MailServer["security"];
const securities = (Object.keys(words.securities) as Security[]).map((value) => ({
  value,
  label: words.securities[value],
}));
const usualPorts: Record<Security, number> = { tls: 465, startTls: 587, none: 25 };

export function MailServerForm({ server }: { readonly server: MailServer | null }) {
  const { organizationId } = usePerson();
  const saved = {
    host: server?.host ?? "",
    port: server?.port ?? usualPorts.startTls,
    security: server?.security ?? "startTls",
    username: server?.username ?? "",
    fromAddress: server?.fromAddress ?? "",
  };
  const [draft, setDraft] = useState(saved);
  const [password, setPassword] = useState("");
  const { username } = draft;
  const body: MailServerBody = {
    ...draft,
    username: username === "" ? null : username,
    ...(password !== "" && { password }),
  };
  const save = useChange(() => tembo.organizations.mailServer.update(organizationId, body), {
    stale: [mailServerQuery(organizationId).queryKey, ["notifications"]],
    done: settingsText.saved,
    onDone: () => setPassword(""),
  });
  const isChanged = password !== "" || JSON.stringify(draft) !== JSON.stringify(saved);
  const chooseSecurity = (security: Security) => {
    const isUsual = draft.port === usualPorts[draft.security];
    setDraft({
      ...draft,
      security,
      ...(isUsual && { port: usualPorts[security] }),
      ...(security === "none" && { username: "" }),
    });
    if (security === "none") setPassword("");
  };
  return (
    <Form change={save} onSubmit={() => save.mutate()} canSubmit={isChanged}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
        <TextInput
          label={words.host}
          placeholder="smtp.example.com"
          value={draft.host}
          onChange={(event) => setDraft({ ...draft, host: event.currentTarget.value })}
          maxLength={255}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <NativeSelect
          label={words.security}
          data={securities}
          value={draft.security}
          onChange={(event) => chooseSecurity(event.currentTarget.value as Security)}
        />
        <NumberInput
          label={words.port}
          value={draft.port}
          onChange={(value) => typeof value === "number" && setDraft({ ...draft, port: value })}
          min={1}
          max={65_535}
          allowDecimal={false}
        />
        <TextInput
          type="email"
          label={words.from}
          placeholder="tembo@example.com"
          value={draft.fromAddress}
          onChange={(event) => setDraft({ ...draft, fromAddress: event.currentTarget.value })}
          maxLength={255}
          required
        />
        {draft.security !== "none" && (
          <>
            <TextInput
              label={words.username}
              description={words.usernameHint}
              value={username}
              onChange={(event) => setDraft({ ...draft, username: event.currentTarget.value })}
              maxLength={255}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
            <PasswordInput
              label={words.password}
              description={server?.hasPassword === true ? words.passwordKept : undefined}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
            />
          </>
        )}
      </SimpleGrid>
    </Form>
  );
}
