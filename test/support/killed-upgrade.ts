import { migrate } from '../../src/store/migrate.ts';
import { PostgresHosts } from '../../src/store/postgres-hosts.ts';
import type { Db } from '../../src/store/sql.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';

// A process that begins to bring a database up to the newest schema, and dies by -9 after so many statements.

const [place = '', statements] = process.argv.slice(2);
let left = Number(statements);

function dying(db: Db): Db {
  const count = () => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
  };
  return {
    dialect: db.dialect,
    all: (statement) => {
      count();
      return db.all(statement);
    },
    run: (statement) => {
      count();
      return db.run(statement);
    },
    insert: (into) => db.insert(into),
  };
}

if (place.includes('://')) {
  const connection = await new PostgresHosts(place, { max: 1, use: 'maintenance' }).take();
  await connection.command('begin');
  await migrate(dying(connection), 'postgres');
} else {
  const connection = connectSqlite(`${place}/kontora.db`);
  connection.exec('begin immediate');
  await migrate(dying(connection), 'sqlite');
}
