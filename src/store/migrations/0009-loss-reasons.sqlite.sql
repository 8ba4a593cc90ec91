-- Why leads are lost.
create table loss_reason (
  account_id integer not null references account (id),
  id integer not null,
  name text not null,
  primary key (account_id, id)
) strict, without rowid;

insert into loss_reason (account_id, id, name)
select a.id, r.id, r.name from account a cross join (
  select 1 as id, 'Слишком дорого' as name union all select 2, 'Пропала потребность'
  union all select 3, 'Не устроили условия' union all select 4, 'Выбрали других'
) r;
