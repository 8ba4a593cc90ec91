import type { Settings } from '../../src/crm/account.ts';
import type { CustomField } from '../../src/crm/custom-field.ts';
import { readEntities } from '../../src/crm/entities.ts';
import type { Entity, EntityRow, KindName } from '../../src/crm/entity.ts';
import type { Task } from '../../src/crm/task.ts';
import { everyKind, everythingVisible } from '../store/builders.ts';
import type { Office } from './office.ts';
import { wholePage } from './views.ts';

type ByKind<Row> = Readonly<Record<KindName, readonly Row[]>>;

/** What there is in an account, for choosing what happens to it. */
export interface AccountState {
  readonly live: ByKind<Entity>;
  readonly deleted: ByKind<EntityRow>;
  readonly tasks: readonly Task[];
  readonly settings: Settings;
  readonly fields: readonly CustomField[];
}

export function readState(office: Office, account: number): Promise<AccountState> {
  return office.outside.read(async (tx) => {
    const boss = await office.actor(tx, office.boss(account));
    const live: Partial<Record<KindName, Entity[]>> = {};
    const deleted: Partial<Record<KindName, EntityRow[]>> = {};
    for (const kind of everyKind) {
      live[kind] = await readEntities(tx, boss, kind, {}, wholePage);
      deleted[kind] = await tx.listDeleted(account, kind, { responsible: 'all' }, wholePage);
    }
    const { settings } = boss;
    const tasks = await tx.listTasks(account, { visible: everythingVisible }, wholePage);
    return {
      live: live as ByKind<Entity>,
      deleted: deleted as ByKind<EntityRow>,
      tasks,
      settings,
      fields: [...settings.fields.values()],
    };
  });
}
