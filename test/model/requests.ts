import { listPipelines, showAccount } from './account.ts';
import { defineFields, deletePipelines, type FieldBatch, type PipelineDraft, setPipeline } from './administration.ts';
import { type Expected, refused } from './answers.ts';
import { type Batch, saveBatch } from './batches.ts';
import { type Action, deleteByKind, listBin, purge, restore, runActions, type Targets } from './bin.ts';
import type { Kind } from './kinds.ts';
import { type Filter, listRecords } from './lists.ts';
import { listNotes, type NoteBatch, type NoteFilter, saveNotes } from './notes.ts';
import type { Account, User } from './state.ts';
import { listTasks, saveTasks, type TaskBatch, type TaskFilter } from './tasks.ts';

/** What a request means, however it is spelled. */
export type Meaning =
  | { readonly do: 'save'; readonly batch: Batch }
  | { readonly do: 'list'; readonly kind: Kind; readonly filter: Filter }
  | { readonly do: 'save tasks'; readonly batch: TaskBatch }
  | { readonly do: 'list tasks'; readonly filter: TaskFilter }
  | { readonly do: 'save notes'; readonly batch: NoteBatch }
  | { readonly do: 'list notes'; readonly filter: NoteFilter }
  | { readonly do: 'delete'; readonly kind: Kind; readonly ids: readonly number[] }
  | { readonly do: 'act'; readonly actions: readonly Action[] }
  | { readonly do: 'list bin'; readonly filter: Parameters<typeof listBin>[2] }
  | { readonly do: 'restore'; readonly targets: Targets }
  | { readonly do: 'purge'; readonly targets: Targets }
  | { readonly do: 'show account'; readonly words: readonly string[] }
  | { readonly do: 'list pipelines'; readonly ids: readonly number[] | undefined }
  | { readonly do: 'define fields'; readonly batch: FieldBatch }
  | { readonly do: 'set pipeline'; readonly draft: PipelineDraft }
  | { readonly do: 'delete pipelines'; readonly ids: readonly number[] }
  /** Wrong in itself, whoever sends it. */
  | { readonly do: 'fail'; readonly expected: Expected };

/** The whole answer, and what it makes of the account. */
export function answer(account: Account, user: User, meaning: Meaning, url: string, now: number): Expected {
  const isOpen = meaning.do === 'fail' && 'refused' in meaning.expected && meaning.expected.refused[0]?.isOpen;
  if (!user.isActive && !isOpen) return refused({ status: 401, code: 112, legacy: 'sign-in' });
  switch (meaning.do) {
    case 'save':
      return saveBatch(account, user, meaning.batch, now);
    case 'list':
      return listRecords(account, user, meaning.kind, meaning.filter, url);
    case 'save tasks':
      return saveTasks(account, user, meaning.batch, now);
    case 'list tasks':
      return listTasks(account, user, meaning.filter, url);
    case 'save notes':
      return saveNotes(account, user, meaning.batch, now);
    case 'list notes':
      return listNotes(account, user, meaning.filter, url);
    case 'delete':
      return deleteByKind(account, user, meaning.kind, meaning.ids, now);
    case 'act':
      return runActions(account, user, meaning.actions, now);
    case 'list bin':
      return listBin(account, user, meaning.filter);
    case 'restore':
      return restore(account, user, meaning.targets, now);
    case 'purge':
      return purge(account, user, meaning.targets);
    case 'show account':
      return showAccount(account, user, meaning.words, url);
    case 'list pipelines':
      return listPipelines(account, meaning.ids, url);
    case 'define fields':
      return defineFields(account, user, meaning.batch);
    case 'set pipeline':
      return setPipeline(account, user, meaning.draft, now);
    case 'delete pipelines':
      return deletePipelines(account, user, meaning.ids);
    case 'fail':
      return meaning.expected;
  }
}
