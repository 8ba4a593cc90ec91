import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { Disposed } from '../../../client/client.ts';
import { crm, type KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { may } from '../records/rights.ts';
import { refreshRows } from '../records/rows.ts';
import { useFail } from '../records/use-fail.ts';
import { accountQuery } from '../session.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { KindTabs } from '../settings/kind-tabs.tsx';
import { readKind } from '../settings/read-kind.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Input } from '../ui/input.tsx';
import { ProgressBar } from '../ui/progress-bar.tsx';
import { notify } from '../ui/toaster.tsx';
import { BinTable } from './bin-table.tsx';
import { texts } from './texts.ts';
import { useBin } from './use-bin.ts';

/** Records of one request. docs/api/deletion.md */
const idsAtOnce = 500;

export function BinPage() {
  const t = useTexts(texts);
  const { kind = 'companies' } = readKind(useSearch({ strict: false }));
  return (
    <SettingsPage title={t.title} lead={t.lead}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <KindTabs to="/settings/bin" kind={kind} label={t.title} />
        {/* What is searched and selected is so in one kind. */}
        <BinOf key={kind} kind={kind} />
      </div>
    </SettingsPage>
  );
}

function BinOf({ kind }: { readonly kind: KindName }) {
  const t = useTexts(texts);
  const { t: common } = useLanguage();
  const { data: account } = useSuspenseQuery(accountQuery);
  const queryClient = useQueryClient();
  const fail = useFail();
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [isErasing, setErasing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  /** How many of the selected are done with. */
  const [done, setDone] = useState<number>();
  const bin = useBin(kind, text);
  const ids = [...selected];
  /** Part by part; what a failure has left stays selected. */
  const run = async (work: (part: readonly number[]) => Promise<Disposed>, says: typeof t.restored) => {
    setBusy(true);
    const refused: number[] = [];
    let count = 0;
    let at = 0;
    try {
      for (; at < ids.length; at += idsAtOnce) {
        setDone(at);
        const result = await work(ids.slice(at, at + idsAtOnce));
        count += result.done.length;
        refused.push(...result.refused);
      }
    } catch (error) {
      fail(error);
    }
    if (count > 0) notify({ text: says(count) });
    if (refused.length > 0) notify({ text: t.refused(refused.length), isError: true });
    setSelected(new Set([...refused, ...ids.slice(at)]));
    setDone(undefined);
    setBusy(false);
    bin.refresh();
    refreshRows(queryClient, kind);
  };
  const selectAll = async () => {
    setBusy(true);
    try {
      setSelected(new Set(await bin.readIds()));
    } catch (error) {
      fail(error);
    }
    setBusy(false);
  };
  const canSelectMore = selected.size > 0 && (!bin.isWhole || selected.size < bin.count);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative w-64 max-sm:w-full">
          <Search className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
          <Input
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={text}
            className="pl-8"
            onChange={(event) => {
              setText(event.target.value);
              setSelected(new Set());
            }}
          />
        </div>
        <span aria-live="polite" className="ml-auto text-muted tabular-nums">
          {selected.size > 0
            ? t.selected(selected.size)
            : bin.count > 0 && (bin.isWhole ? t.count(bin.count) : t.moreThan(t.count(bin.count)))}
        </span>
        {canSelectMore && (
          <Button look="quiet" disabled={isBusy} onClick={() => void selectAll()}>
            {bin.isWhole ? t.selectRest(bin.count) : t.selectEvery}
          </Button>
        )}
        <Button
          disabled={selected.size === 0 || isBusy || !may('delete', kind, account)}
          onClick={() => run(crm[kind].bin.restore, t.restored)}
        >
          {t.restore}
        </Button>
        {account.me.is_admin && (
          <Button look="danger" disabled={selected.size === 0 || isBusy} onClick={() => setErasing(true)}>
            {t.purge}
          </Button>
        )}
      </div>
      {done !== undefined && ids.length > idsAtOnce && (
        <ProgressBar label={t.running(done, ids.length)} value={done / ids.length} />
      )}
      <LoadFailed error={bin.error} />
      {bin.items.length > 0 ? (
        <BinTable items={bin.items} account={account} selected={selected} onSelect={setSelected} />
      ) : (
        <p className="py-10 text-center text-muted">
          {bin.isLoading ? common.table.loading : text.trim() ? t.nothing : t.empty}
        </p>
      )}
      {bin.more && (
        <Button className="justify-self-center" onClick={bin.more}>
          {t.more}
        </Button>
      )}
      {isErasing && (
        <Confirm
          title={t.purgeTitle(selected.size)}
          text={t.purgeText}
          action={t.purge}
          cancel={t.cancel}
          onClose={() => setErasing(false)}
          onConfirm={() => run(crm[kind].bin.purge, t.purged)}
        />
      )}
    </>
  );
}
