import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { tembo } from "../../api/client.ts";
import { settingsText } from "../../text/settings/index.ts";
import { FormModal } from "../kit/form.tsx";
import { Rows } from "../kit/rows.tsx";
import { Section } from "../kit/section.tsx";
import { usePages } from "../kit/use-pages.ts";
import { SkillForm } from "./skill-form.tsx";
import { SkillRow } from "./skill-row.tsx";

const words = settingsText.skills;

export default function SkillsSection() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { query, items } = usePages(["skills"], ({ cursor, signal }) =>
    tembo.skills.list({ cursor }, { signal }),
  );
  return (
    <Section
      title={settingsText.names.skills}
      about={words.about}
      action={<Button onClick={open}>{words.create}</Button>}
    >
      <Rows query={query} label={words.list} empty={words.empty}>
        {items.map((skill) => (
          <SkillRow key={skill.id} skill={skill} />
        ))}
      </Rows>
      <FormModal title={words.create} isOpen={isOpen} onClose={close}>
        <SkillForm onDone={close} />
      </FormModal>
    </Section>
  );
}
