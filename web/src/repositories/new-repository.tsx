import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { tembo } from "../api/client.ts";
import { Failed } from "../components/failed.tsx";
import { text } from "../text/index.ts";

/** Creates an empty repository and opens its page, which explains how to push to it. */
export function NewRepository({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const words = text.repositories.create;
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ "aria-label": text.general.close }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { readonly onClose: () => void }) {
  const words = text.repositories.create;
  const [owner, setOwner] = useState("");
  const [name, setName] = useState("");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => tembo.repositories.create({ owner: owner.trim(), name: name.trim() }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ["repositories"] });
      await navigate({ to: "/repositories/$repositoryId", params: { repositoryId: id } });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{words.intro}</Text>
        <TextInput
          label={words.owner}
          value={owner}
          onChange={(event) => setOwner(event.currentTarget.value)}
          maxLength={100}
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          required
        />
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        {create.isError && <Failed error={create.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button
            type="submit"
            loading={create.isPending}
            disabled={owner.trim() === "" || name.trim() === ""}
          >
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
