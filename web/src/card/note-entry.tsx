import { Pencil } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { crm, type Note } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { refusalOf } from '../records/save-cells.ts';
import { LinkedText, WebLink } from '../records/values.tsx';
import { Button } from '../ui/button.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { type CardTexts, texts } from './texts.ts';
import type { Saving } from './use-card.ts';

interface NoteEntryProps {
  readonly note: Note;
  /** What a stage is called, of whichever pipeline. */
  readonly stageOf: (pipelineId: unknown, statusId: unknown) => string;
  readonly stageTitle: string;
  readonly saving: Pick<Saving, 'complain' | 'fail'>;
  readonly onChanged: () => Promise<void>;
}

/** Texts that people write, and what integrations and the server have noted. */
export function NoteEntry({ note, stageOf, stageTitle, saving, onChanged }: NoteEntryProps) {
  const { t } = useLanguage();
  const c = useTexts(texts);
  const [isEditing, setEditing] = useState(false);
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('text')).trim();
    if (text === '') return;
    setEditing(false);
    try {
      const stamp = { id: note.id, updated_at: Math.max(crm.now(), note.updated_at) };
      const [answer] = await crm.notes.update([{ ...stamp, text }]);
      if (answer && 'error' in answer) saving.complain(refusalOf(t, c.feed.note, answer));
    } catch (error) {
      saving.fail(error);
    }
    await onChanged();
  };
  if (isEditing) {
    return (
      <form onSubmit={save} onKeyDown={(event) => event.key === 'Escape' && setEditing(false)} className="grid gap-2">
        <Textarea name="text" required autoFocus aria-label={c.feed.editNote} defaultValue={note.text} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={() => setEditing(false)}>
            {c.cancel}
          </Button>
          <Button look="primary" type="submit">
            {c.save}
          </Button>
        </div>
      </form>
    );
  }
  const change = note.note_type === types.stage && stageChange(note, stageOf);
  return (
    <div className="group flex gap-2">
      <div className="min-w-0 flex-1 break-words whitespace-pre-wrap">
        {change ? (
          <>
            <span className="text-muted">{stageTitle}: </span>
            <bdi className="text-muted line-through">{change[0]}</bdi> → <bdi>{change[1]}</bdi>
          </>
        ) : (
          contentOf(note, c)
        )}
      </div>
      {note.is_editable && (
        <Button
          look="quiet"
          icon
          className="-my-1.5 shrink-0 text-muted sm:opacity-0 sm:group-hover:opacity-100 sm:focus-visible:opacity-100"
          aria-label={`${c.feed.editNote}: ${(note.text ?? '').slice(0, 40)}`}
          onClick={() => setEditing(true)}
        >
          <Pencil />
        </Button>
      )}
    </div>
  );
}

/** docs/api/notes.md */
const types = { stage: 3, callIn: 10, callOut: 11, smsIn: 102, smsOut: 103 } as const;
const created: ReadonlySet<number> = new Set([1, 2, 12, 22]);

/** Notes that the server or an integration has made, which nobody reads as a message. */
export function isQuiet({ note_type }: Note): boolean {
  return created.has(note_type) || note_type === types.stage || note_type === 25;
}

function stageChange({ params }: Note, stageOf: NoteEntryProps['stageOf']): [string, string] {
  const { STATUS_OLD, STATUS_NEW, PIPELINE_ID_OLD, PIPELINE_ID_NEW } = (params ?? {}) as Readonly<
    Record<string, unknown>
  >;
  return [stageOf(PIPELINE_ID_OLD, STATUS_OLD), stageOf(PIPELINE_ID_NEW, STATUS_NEW)];
}

function contentOf(note: Note, c: CardTexts): ReactNode {
  const params = (note.params ?? {}) as Readonly<Record<string, unknown>>;
  const text = String(note.text ?? params['text'] ?? '');
  if (created.has(note.note_type)) return <span className="text-muted">{c.feed.created}</span>;
  switch (note.note_type) {
    case types.callIn:
    case types.callOut: {
      const link = String(params['LINK'] ?? '');
      return (
        <>
          {note.note_type === types.callIn ? c.feed.callIn : c.feed.callOut} <bdi>{String(params['PHONE'] ?? '')}</bdi>
          <span className="ml-2 text-muted tabular-nums">{lasted(params['DURATION'])}</span>
          {link && (
            <span className="block">
              <WebLink address={link} text={/^https?:/i.test(link) ? c.feed.recording : link} isInOrder />
            </span>
          )}
          {text && (
            <bdi className="block">
              <LinkedText text={text} />
            </bdi>
          )}
        </>
      );
    }
    case types.smsIn:
    case types.smsOut:
      return (
        <>
          <span className="text-muted">
            {note.note_type === types.smsIn ? c.feed.smsIn : c.feed.smsOut} <bdi>{String(params['phone'] ?? '')}</bdi>
          </span>
          <bdi className="block">
            <LinkedText text={text} />
          </bdi>
        </>
      );
    default:
      return (
        <>
          {params['service'] !== undefined && <bdi className="block text-muted">{String(params['service'])}</bdi>}
          <bdi>
            <LinkedText text={text} />
          </bdi>
        </>
      );
  }
}

/** 0:42 */
function lasted(seconds: unknown): string {
  const all = Number(seconds);
  return Number.isFinite(all) && all > 0
    ? `${Math.floor(all / 60)}:${String(Math.floor(all % 60)).padStart(2, '0')}`
    : '';
}
