import { DndContext, DragOverlay } from '@dnd-kit/core';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronDown, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Lead, PipelineJson } from '../api.ts';
import { useLanguage, useTexts } from '../i18n/language.tsx';
import { useMoney } from '../i18n/money.ts';
import { ResponsibleFilter } from '../records/filters.tsx';
import { filtersOf } from '../records/view.ts';
import { type Account, accountQuery, stagesOf } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { type BoardView, readBoardView } from './board-view.ts';
import { CardFace } from './card.tsx';
import { Column } from './column.tsx';
import { announcementsOf, columnUnder, leadOf, useBoardSensors } from './drag.ts';
import { totalsQuery } from './leads.ts';
import { texts } from './texts.ts';
import { useMove } from './use-move.ts';

const NewRecord = lazyPart(() => import('../records/new-record.tsx').then((part) => part.NewRecord));

export function BoardPage() {
  const { t } = useLanguage();
  const b = useTexts(texts);
  const { data: account } = useSuspenseQuery(accountQuery);
  const view = readBoardView(useSearch({ strict: false }));
  useEffect(() => {
    document.title = `${t.nav.board} · Kontora`;
  }, [t]);
  const { pipelines } = account;
  const pipeline =
    pipelines.find(({ id }) => String(id) === view.pipeline) ??
    pipelines.find(({ is_main }) => is_main) ??
    pipelines[0];
  return (
    <main className="flex h-full flex-col">
      <Toolbar account={account} view={view} pipeline={pipeline} />
      {pipeline ? (
        <Board key={pipeline.id} account={account} view={view} pipeline={pipeline} />
      ) : (
        <p className="p-16 text-center text-muted">{b.noPipelines}</p>
      )}
    </main>
  );
}

interface BoardProps {
  readonly account: Account;
  readonly view: BoardView;
  readonly pipeline: PipelineJson;
}

function Toolbar({ account, view, pipeline }: Omit<BoardProps, 'pipeline'> & { pipeline: PipelineJson | undefined }) {
  const { t } = useLanguage();
  const b = useTexts(texts);
  const navigate = useNavigate();
  const change = (part: { [K in keyof BoardView]: BoardView[K] | undefined }) => {
    const all = Object.entries({ ...view, ...part }).filter(([, value]) => value !== undefined);
    navigate({ to: '/board', search: Object.fromEntries(all), replace: true });
  };
  const isFiltered = view.q !== undefined || view.users !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
      <h1 className="sr-only">{t.nav.board}</h1>
      {pipeline && (
        <Menu
          trigger={
            <Button look="quiet" className="max-w-60 font-semibold" aria-label={`${b.pipeline}: ${pipeline.name}`}>
              <bdi className="truncate">{pipeline.name}</bdi>
              <ChevronDown className="text-muted" />
            </Button>
          }
        >
          <MenuChoice
            value={String(pipeline.id)}
            choices={account.pipelines.map(({ id, name }) => [String(id), name] as const)}
            onChoose={(id) => change({ pipeline: id })}
          />
        </Menu>
      )}
      <SearchField label={b.search} text={view.q ?? ''} onText={(q) => change({ q: q || undefined })} />
      <ResponsibleFilter account={account} users={view.users} onUsers={(users) => change({ users })} />
      {isFiltered && (
        <Button look="quiet" onClick={() => change({ q: undefined, users: undefined })}>
          <X />
          {t.table.clear}
        </Button>
      )}
    </div>
  );
}

function Board({ account, view, pipeline }: BoardProps) {
  const b = useTexts(texts);
  const money = useMoney(account.json.currency);
  const queryClient = useQueryClient();
  const stages = useMemo(() => stagesOf(pipeline), [pipeline]);
  const viewKey = JSON.stringify(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says all of the view
  const board = useMemo(() => ({ pipeline: pipeline.id, filters: filtersOf(view) }), [pipeline.id, viewKey]);
  const { data: totals } = useQuery(totalsQuery(board));
  const [dragged, setDragged] = useState<Lead>();
  const [addingTo, setAddingTo] = useState<number>();
  const nameOfStage = useCallback(
    (lead: Pick<Lead, 'pipeline_id' | 'status_id'>) => {
      const holder = account.pipelines.find(({ id }) => id === lead.pipeline_id);
      return holder?.statuses[lead.status_id]?.name ?? String(lead.status_id);
    },
    [account],
  );
  const move = useMove(board, nameOfStage);
  const announcements = useMemo(
    () => announcementsOf(b, (status) => nameOfStage({ pipeline_id: pipeline.id, status_id: status })),
    [b, nameOfStage, pipeline.id],
  );
  return (
    <DndContext
      sensors={useBoardSensors()}
      collisionDetection={columnUnder}
      accessibility={{ announcements, screenReaderInstructions: { draggable: b.instructions } }}
      onDragStart={({ active }) => setDragged(leadOf(active))}
      onDragCancel={() => setDragged(undefined)}
      onDragEnd={({ active, over }) => {
        setDragged(undefined);
        const lead = leadOf(active);
        if (over && over.id !== lead.status_id) void move(lead, Number(over.id));
      }}
    >
      <div className="flex min-h-0 flex-1 gap-3 overflow-x-auto p-3">
        {stages.map((stage) => (
          <Column
            key={stage.id}
            stage={stage}
            board={board}
            account={account}
            money={money}
            total={totals?.stages.find(({ id }) => id === stage.id)}
            isExact={totals?.is_exact ?? true}
            onAdd={() => setAddingTo(stage.id)}
          />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>
        {dragged && (
          <div className="rounded-lg shadow-float">
            <CardFace lead={dragged} account={account} money={money} />
          </div>
        )}
      </DragOverlay>
      {addingTo !== undefined && (
        <NewRecord
          kind="leads"
          parts={{ pipeline_id: pipeline.id, status_id: addingTo }}
          onClose={() => setAddingTo(undefined)}
          onAdded={() => {
            setAddingTo(undefined);
            queryClient.invalidateQueries({ queryKey: ['board'] });
          }}
        />
      )}
    </DndContext>
  );
}
