import { openPostgresStore } from '../support/server.ts';
import { storeContract } from './contract.ts';

storeContract('the PostgreSQL store', openPostgresStore);
