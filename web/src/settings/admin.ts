import { createAdministration } from '../../../client/administration.ts';
import { crm } from '../api.ts';

/** What administrators may do besides. */
export const admin = createAdministration(crm);
