import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { TagsJson } from '../../../client/client.ts';
import type { KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useFail } from '../records/use-fail.ts';
import { admin } from '../settings/admin.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { KindTabs } from '../settings/kind-tabs.tsx';
import { NameDialog } from '../settings/name-dialog.tsx';
import { readKind } from '../settings/read-kind.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { notify } from '../ui/toaster.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { texts } from './texts.ts';

type Tag = TagsJson['tags'][number];
const atOnce = 500;

export function TagsPage() {
  const t = useTexts(texts);
  const { kind = 'companies' } = readKind(useSearch({ strict: false }));
  return (
    <SettingsPage title={t.title} lead={t.lead}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <KindTabs to="/settings/tags" kind={kind} label={t.title} />
        <TagsOf key={kind} kind={kind} />
      </div>
    </SettingsPage>
  );
}

function TagsOf({ kind }: { readonly kind: KindName }) {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const fail = useFail();
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<ReadonlyMap<number, Tag>>(new Map());
  const [open, setOpen] = useState<'merge' | 'delete' | { readonly rename: Tag }>();
  const query = useInfiniteQuery({
    queryKey: ['tags', kind, text],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => {
      const page = { limit_rows: atOnce, limit_offset: pageParam };
      return admin.tags.list(kind, { ...page, ...(text && { query: text }) }, { signal });
    },
    getNextPageParam: (last, pages) => (last.length === atOnce ? pages.length * atOnce : undefined),
  });
  const tags = query.data?.pages.flat() ?? [];
  const close = () => setOpen(undefined);
  /** @returns whether it is done */
  const run = async (work: () => Promise<number | undefined>) => {
    let isDone = true;
    try {
      const records = await work();
      if (records !== undefined) notify({ text: t.done(records) });
      setSelected(new Map());
    } catch (error) {
      fail(error);
      isDone = false;
    }
    // Records show them.
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ['tags'] }),
      queryClient.invalidateQueries({ queryKey: ['rows'] }),
    ]);
    return isDone;
  };
  const toggle = (tag: Tag) => {
    const next = new Map(selected);
    if (!next.delete(tag.id)) next.set(tag.id, tag);
    setSelected(next);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label={t.search} text={text} onText={(next) => setText(next.trim())} />
        <span aria-live="polite" className="ml-auto text-muted">
          {selected.size > 0 && t.selected(selected.size)}
        </span>
        <Button disabled={selected.size < 2} onClick={() => setOpen('merge')}>
          {t.merge}
        </Button>
        <Button look="danger" disabled={selected.size === 0} onClick={() => setOpen('delete')}>
          {t.delete}
        </Button>
      </div>
      <LoadFailed error={query.error} />
      {tags.length === 0 && !query.error && (
        <p className="py-10 text-center text-muted">
          {query.isFetching ? common.table.loading : text ? t.nothing : t.none}
        </p>
      )}
      {tags.length > 0 && (
        <ul aria-label={t.title} className="divide-y divide-line border-y border-line">
          {tags.map((tag) => (
            <li
              key={tag.id}
              className={`flex min-h-11 items-center gap-3 [contain-intrinsic-height:2.75rem] [content-visibility:auto] ${
                selected.has(tag.id) ? 'bg-accent-soft' : ''
              }`}
            >
              <Checkbox aria-label={t.select(tag.name)} checked={selected.has(tag.id)} onToggle={() => toggle(tag)} />
              <bdi className="min-w-0 flex-1 truncate font-medium">{tag.name}</bdi>
              {tag.count !== undefined && <span className="text-muted">{t.records(tag.count)}</span>}
              <Button
                look="quiet"
                icon
                className="text-muted hover:text-ink"
                aria-label={t.rename(tag.name)}
                onClick={() => setOpen({ rename: tag })}
              >
                <Pencil />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button className="justify-self-center" disabled={query.isFetching} onClick={() => query.fetchNextPage()}>
          {t.more}
        </Button>
      )}
      {open === 'merge' && (
        <MergeDialog
          tags={[...selected.values()]}
          onClose={close}
          onMerge={(into) =>
            run(() =>
              admin.tags.merge(
                kind,
                [...selected.keys()].filter((id) => id !== into),
                into,
              ),
            )
          }
        />
      )}
      {open === 'delete' && (
        <Confirm
          title={t.deleteTitle(selected.size)}
          text={t.deleteText}
          action={t.delete}
          cancel={t.cancel}
          onClose={close}
          onConfirm={() => run(() => admin.tags.delete(kind, [...selected.keys()]))}
        />
      )}
      {typeof open === 'object' && (
        <NameDialog
          title={t.rename(open.rename.name)}
          action={t.save}
          name={open.rename.name}
          onClose={close}
          onSave={({ name }) =>
            run(async () => {
              await admin.tags.rename(kind, open.rename.id, name);
              return undefined;
            })
          }
        />
      )}
    </>
  );
}
