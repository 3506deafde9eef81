import { NativeSelect, SegmentedControl, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { Form } from "../kit/form.tsx";
import { useIsAdmin } from "../kit/section.tsx";
import { useChange } from "../kit/use-change.ts";
import { parsePairs } from "./parse-pairs.ts";

const words = settingsText.mcp;
const types = (["remote", "stdio"] as const).map((value) => ({ value, label: words.types[value] }));

export function McpForm({ onDone }: { readonly onDone: () => void }) {
  const isAdmin = useIsAdmin();
  const [type, setType] = useState<"remote" | "stdio">("remote");
  const [name, setName] = useState("");
  const [serverUrl, setServerUrl] = useState("");
  const [command, setCommand] = useState("");
  const [args, setArgs] = useState<string[]>([]);
  const [pairs, setPairs] = useState("");
  const [visibility, setVisibility] = useState<"shared" | "personal">(isAdmin ? "shared" : "personal");
  const isRemote = type === "remote";
  const create = useChange(
    () => {
      const given = parsePairs(pairs, isRemote ? ":" : "=");
      return tembo.mcpConnections.create(
        isRemote
          ? { type, name, serverUrl, visibility, headers: given }
          : { type, name, command, args, visibility, env: given },
      );
    },
    {
      stale: [["mcp-connections"]],
      done: words.created,
      onDone: ({ authorizationUrl }) => {
        onDone();
        if (authorizationUrl !== null) location.assign(authorizationUrl);
      },
    },
  );
  return (
    <Form
      change={create}
      onSubmit={() => create.mutate()}
      submit={words.create}
      canSubmit={name !== "" && (isRemote ? serverUrl : command) !== ""}
    >
      <SegmentedControl aria-label={words.type} data={types} value={type} onChange={setType} />
      <TextInput
        label={words.name}
        description={words.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={200}
        data-autofocus
      />
      {isRemote ? (
        <TextInput
          type="url"
          label={words.serverUrl}
          placeholder="https://mcp.example.com/mcp"
          value={serverUrl}
          onChange={(event) => setServerUrl(event.currentTarget.value)}
        />
      ) : (
        <>
          <TextInput
            label={words.command}
            description={words.commandHint}
            value={command}
            onChange={(event) => setCommand(event.currentTarget.value)}
            maxLength={4_096}
          />
          <TagsInput
            label={words.args}
            description={words.argsHint}
            value={args}
            onChange={setArgs}
            splitChars={[]}
            allowDuplicates
            maxTags={100}
            acceptValueOnBlur
          />
        </>
      )}
      <Textarea
        label={isRemote ? words.headers : words.env}
        description={isRemote ? words.headersHint : words.envHint}
        value={pairs}
        onChange={(event) => setPairs(event.currentTarget.value)}
        autosize
        minRows={2}
        maxRows={8}
        autoComplete="off"
        spellCheck={false}
      />
      {isAdmin && (
        <NativeSelect
          label={words.visibility}
          data={(["shared", "personal"] as const).map((value) => ({
            value,
            label: words.visibilities[value],
          }))}
          value={visibility}
          onChange={(event) => setVisibility(event.currentTarget.value as typeof visibility)}
        />
      )}
    </Form>
  );
}
