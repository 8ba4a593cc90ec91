import type { Kind } from './kinds.ts';
import type { Account, Rec, Ref, Task, User } from './state.ts';

/** A, G, M and D. source: reference §7 */

type Responsible = { readonly responsible: number };

/** Whether a right reaches what this user is responsible for. Administrators may do everything. */
function reaches(account: Account, user: User, right: string, { responsible }: Responsible): boolean {
  switch (user.isAdmin ? 'A' : (user.rights[right] ?? 'A')) {
    case 'A':
      return true;
    case 'G':
      return account.users.get(responsible)?.groupId === user.groupId;
    case 'M':
      return responsible === user.id;
    case 'D':
      return false;
  }
}

export function mayAdd(user: User, kind: Kind): boolean {
  return user.isAdmin || user.rights[`${kind}_add`] !== 'D';
}

/** What he may see is there for him; what is deleted is there for nobody. */
export function sees(account: Account, user: User, rec: Rec | undefined): rec is Rec {
  return rec !== undefined && !rec.isDeleted && maySee(account, user, rec);
}

/** Also of what is deleted. */
export function maySee(account: Account, user: User, rec: Rec): boolean {
  return reaches(account, user, `${rec.kind}_view`, rec);
}

/** Of what he sees. */
export function may(account: Account, user: User, action: 'edit' | 'delete', rec: Rec): boolean {
  return reaches(account, user, `${rec.kind}_${action}`, rec);
}

export function mayWithTask(account: Account, user: User, action: 'edit' | 'delete', task: Task): boolean {
  return reaches(account, user, `task_${action}`, task);
}

export function seesRef(account: Account, user: User, { kind, id }: Ref): boolean {
  return sees(account, user, account.records[kind].get(id));
}

/** A task follows its record; one that stands alone is seen by whom it concerns. docs: tasks */
export function seesTask(account: Account, user: User, task: Task | undefined): task is Task {
  if (task === undefined || task.isDeleted) return false;
  if (task.element) return seesRef(account, user, task.element);
  return user.isAdmin || task.responsible === user.id || task.createdBy === user.id;
}
