import { readFileSync } from 'node:fs';
import { answerSchemas } from './answers.ts';
import { parameters, paths, responses } from './operations.ts';
import { requestSchemas } from './requests.ts';

const { version, license } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The whole description of the API, as docs/api/openapi.json holds it. */
const description = {
  openapi: '3.1.0',
  info: {
    title: 'Kontora',
    version,
    license: { name: license, identifier: license },
    description:
      'A CRM server that speaks the amoCRM REST API v2. Bodies are read as JSON or as form data, whatever their Content-Type. ' +
      'Requests may hold keys that nobody reads, and numbers as digits in text.',
  },
  servers: [{ url: '/' }],
  security: [{ login: [], key: [] }, { bearer: [] }, { session: [] }],
  tags: [
    ...['Sign-in', 'OAuth 2.0', 'Account', 'Users', 'Companies', 'Contacts', 'Leads', 'Customers', 'Tasks', 'Notes'],
    ...['Lists', 'Tags', 'Deletion', 'History', 'Webhooks'],
  ].map((name) => ({ name })),
  paths,
  components: {
    securitySchemes: {
      login: { type: 'apiKey', in: 'query', name: 'USER_LOGIN', description: 'Together with the key' },
      key: { type: 'apiKey', in: 'query', name: 'USER_HASH', description: 'The API key' },
      bearer: { type: 'http', scheme: 'bearer', description: 'A token of an integration, or of `user key --token`' },
      session: { type: 'apiKey', in: 'cookie', name: 'session_id', description: 'Of a sign-in, for 15 minutes' },
    },
    headers: {
      RuntimeTimestamp: { description: "The server's time, unix seconds", schema: { type: 'integer' } },
      RequestId: {
        description: 'By which the log names the request; where there is such a line, or the request brought it',
        schema: { type: 'string' },
      },
    },
    parameters,
    responses,
    schemas: { ...requestSchemas, ...answerSchemas },
  },
};

/** The text of docs/api/openapi.json. */
export const descriptionJson = `${JSON.stringify(description, null, 2)}\n`;
