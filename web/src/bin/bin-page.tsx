import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { crm, type KindName } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { refreshRows } from '../records/rows.ts';
import { useFail } from '../records/use-fail.ts';
import { accountQuery } from '../session.ts';
import { LoadFailed, SettingsPage } from '../settings/frame.tsx';
import { KindTabs } from '../settings/kind-tabs.tsx';
import { readKind } from '../settings/read-kind.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Input } from '../ui/input.tsx';
import { notify } from '../ui/toaster.tsx';
import { BinTable } from './bin-table.tsx';
import { texts } from './texts.ts';
import { useBin } from './use-bin.ts';

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
  const bin = useBin(kind, text);
  const ids = [...selected];
  const run = async (
    work: () => Promise<{ done: readonly number[]; refused: readonly number[] }>,
    says: typeof t.restored,
  ) => {
    setBusy(true);
    try {
      const { done, refused } = await work();
      if (done.length > 0) notify({ text: says(done.length) });
      if (refused.length > 0) notify({ text: t.refused(refused.length), isError: true });
      setSelected(new Set(refused));
    } catch (error) {
      fail(error);
    }
    setBusy(false);
    bin.refresh();
    refreshRows(queryClient, kind);
  };
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
        <span aria-live="polite" className="ml-auto text-muted">
          {selected.size > 0 && t.selected(selected.size)}
        </span>
        <Button
          disabled={selected.size === 0 || isBusy}
          onClick={() => run(() => crm[kind].bin.restore(ids), t.restored)}
        >
          {t.restore}
        </Button>
        {account.me.is_admin && (
          <Button look="danger" disabled={selected.size === 0 || isBusy} onClick={() => setErasing(true)}>
            {t.purge}
          </Button>
        )}
      </div>
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
          onConfirm={() => run(() => crm[kind].bin.purge(ids), t.purged)}
        />
      )}
    </>
  );
}
