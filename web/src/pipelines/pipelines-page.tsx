import { useSuspenseQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../i18n/language.tsx';
import { accountQuery } from '../session.ts';
import { SettingsPage } from '../settings/frame.tsx';
import { NameDialog } from '../settings/name-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { PipelineCard } from './pipeline-card.tsx';
import { texts } from './texts.ts';
import { usePipelines } from './use-pipelines.ts';

export function PipelinesPage() {
  const t = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const { pipelines } = account;
  const { save, isBusy } = usePipelines();
  const [isAdding, setAdding] = useState(false);
  return (
    <SettingsPage
      title={t.title}
      lead={t.lead}
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          <Plus />
          {t.add}
        </Button>
      }
    >
      {pipelines.map((pipeline, index) => (
        <PipelineCard
          key={pipeline.id}
          pipeline={pipeline}
          above={pipelines[index - 1]}
          below={pipelines[index + 1]}
          save={save}
          isBusy={isBusy}
        />
      ))}
      {isAdding && (
        <NameDialog
          title={t.add}
          action={t.create}
          onClose={() => setAdding(false)}
          onSave={({ name }) => save({ add: [{ name, statuses: [{ name: t.firstStage }] }] })}
        />
      )}
    </SettingsPage>
  );
}
