import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { SkillList } from "@tembo-io/sdk";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { ConfirmButton } from "../kit/confirm-button.tsx";
import { FormModal } from "../kit/form.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Row } from "../kit/rows.tsx";
import { useChange } from "../kit/use-change.ts";
import { SkillForm } from "./skill-form.tsx";

const words = settingsText.skills;

export function SkillRow({
  skill: { id, name, description },
}: {
  readonly skill: SkillList["items"][number];
}) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const remove = useChange(() => tembo.skills.delete(id), { stale: [["skills"]] });
  return (
    <Row title={name} about={description}>
      <Button variant="subtle" size="xs" aria-label={settingsText.editOf(name)} onClick={open}>
        {settingsText.edit}
      </Button>
      <ConfirmButton
        label={settingsText.delete}
        name={settingsText.deleteOf(name)}
        question={words.deleteQuestion(name)}
        consequence={words.deleteConsequence}
        change={remove}
      />
      <FormModal title={words.editTitle(name)} isOpen={isOpen} onClose={close}>
        <SkillEditor skillId={id} onDone={close} />
      </FormModal>
    </Row>
  );
}

function SkillEditor({ skillId, onDone }: { readonly skillId: string; readonly onDone: () => void }) {
  const query = useQuery({
    queryKey: ["skills", skillId],
    queryFn: ({ signal }) => tembo.skills.retrieve(skillId, { signal }),
    // Loads the skill when the form opens. A later background reload would replace the text in the fields.
    staleTime: 0,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  return <Loaded query={query}>{(skill) => <SkillForm skill={skill} onDone={onDone} />}</Loaded>;
}
