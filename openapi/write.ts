// `npm run openapi` writes the description of the API anew.
import { writeFileSync } from 'node:fs';
import { descriptionJson } from './description.ts';

writeFileSync(new URL('../docs/api/openapi.json', import.meta.url), descriptionJson);
