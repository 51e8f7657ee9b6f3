-- Knowledge that is kept in sync with its sources, and that only its readers can read.

alter table documents
  -- Counts the changes; a document that was deleted and comes back goes on counting.
  add column version int not null default 1,
  -- What it stands below in its source (folders, sections of a site), outermost first.
  add column path text[] not null default '{}',
  -- As the document or its source says; null where neither does.
  add column published_at timestamptz,
  add column modified_at timestamptz,
  -- What its source wants to know the next time: size and date of a file, validators and links of a page.
  add column state jsonb,
  -- What was done about personal data in it, by its collection's policy.
  add column personal_data text not null default 'none' check (personal_data in ('none', 'flagged', 'masked'));
create index documents_language on documents (language);
create index documents_source on documents (collection, source text_pattern_ops);

-- What was deleted, so that whoever cited it can be found; a document that comes back leaves this table.
create table knowledge_tombstones (
  document_id text primary key,
  collection text not null,
  source text not null,
  title text not null,
  url text,
  visibility text not null,
  content_hash text not null,
  version int not null,
  deleted_at timestamptz not null default now()
);

-- Items that could not be read, until they can be.
create table knowledge_failures (
  collection text not null,
  source text not null,
  reason text not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  tries int not null default 1,
  primary key (collection, source)
);

-- The last sync of each source that runs by itself.
create table knowledge_syncs (
  name text primary key,
  last_started_at timestamptz,
  last_finished_at timestamptz,
  -- Counts of the last run that ended, and why it failed where it did.
  report jsonb
);

alter table chunks
  add column visibility text,
  add column language text,
  -- 64-bit simhash of the text; near-duplicates differ in few bits. Null for chunks of an earlier release.
  add column fingerprint bigint;
update chunks c set visibility = d.visibility from documents d where d.id = c.document_id;
alter table chunks alter column visibility set not null;
create index chunks_restricted on chunks (visibility) where visibility <> 'public';
create index chunk_terms_restricted on chunk_terms (visibility) where visibility <> 'public';

-- Planted words, one for each visibility but `public`: a search that finds one without the right to it raises an alarm.
create table knowledge_markers (
  visibility text primary key,
  marker text not null unique,
  planted_at timestamptz not null default now()
);

-- Settings of extensions are known once their libraries are at work here: before that, only a superuser may name them in a function.
do $$
begin
  perform similarity('a', 'a'), '[1]'::vector;
end
$$;

drop function knowledge_search_lexical(text[], text[], int);
drop function knowledge_search_dense(int, text, text[], int);
drop function knowledge_nearest_word(text);

-- The known word that a misspelt one most likely means, and how sure that is: one letter too few, too many, wrong or in the wrong
-- place, else similar trigrams; always the same first letter. No row when nothing is close. A word that only others' documents use is no
-- suggestion: where there are such documents, it must be a telling word of a visible chunk.
create function knowledge_nearest_word(misspelt text, visible text[]) returns table (id int, word text, df int, similarity float8)
language sql stable parallel safe
set pg_trgm.similarity_threshold = 0.2
rows 1 as $$
  select near.id, near.word, near.df, near.trust
  from (
    select l.id, l.word, l.df, l.alike,
      case
        when edit.swapped then 0.8
        when length(misspelt) >= 6 and edit.kept >= greatest(length(l.word), length(misspelt)) - 1 then 0.8
        when length(misspelt) >= 5 and l.alike >= 0.45 then l.alike
      end as trust
    from (
      select lexicon.*, similarity(lexicon.word, misspelt) as alike from lexicon
      where length(misspelt) between 4 and 40 and misspelt ~ '^[[:alpha:]]+$'
        and lexicon.word % misspelt and lexicon.df > 0 and left(lexicon.word, 1) = left(misspelt, 1)
        and abs(length(lexicon.word) - length(misspelt)) <= 2
    ) l, lateral (
      select
        length(l.word) = length(misspelt) and array(select unnest(string_to_array(l.word, null)) order by 1)
          = array(select unnest(string_to_array(misspelt, null)) order by 1) as swapped,
        -- Letters that both have at the beginning, and at the end.
        (select count(*) filter (where left(l.word, n) = left(misspelt, n)) + count(*) filter (where right(l.word, n) = right(misspelt, n))
         from generate_series(1, least(length(l.word), length(misspelt))) n) as kept
    ) edit
  ) near
  where near.trust is not null
    and (not exists (select from chunk_terms t where t.visibility <> 'public' and (t.visibility = any (visible)) is not true)
      or exists (select from chunk_terms t where t.keys @> array[near.id] and t.visibility = any (visible)))
  order by near.trust desc, near.alike desc, near.df desc, near.id
  limit 1
$$;

-- BM25 over the chunks of the given visibilities, best first. `asked` is a list of {p, w, k, s, c}: at place `p` of the question stands the
-- word `w` with weight `k`; words of one place are alternatives (the stem in each language, synonyms: `s`). Words with `c` come from what was
-- said before or tell of circumstances: those that the corpus knows count with their weight, the others for nothing. The first row carries what the corpus knows of each place, in order: its weight,
-- the word that counts for it, with how sure that is (a misspelt one means the nearest known one; null: nothing is close), and the other known
-- words of the place. A corpus of up to 20,000 chunks is compared whole, a larger one where a telling word of a chunk is asked for.
create function knowledge_search_lexical(asked jsonb, visible text[], wanted int)
returns table (
  chunk_id text, document_id text, collection text, visibility text, ordinal int, title text, path text[], url text, headings text[],
  body text, tokens int, text_hash text, fingerprint text, language text, score float8, corpus int, terms jsonb
)
language plpgsql stable security definer rows 10 as $$
#variable_conflict use_column
declare
  chunk_count int;
  known_terms jsonb;
  narrowing int[];
  query sparsevec(1000000000);
  best_id bigint[];
  best_distance float8[];
begin
  perform set_config('frontdesk.visible', visible::text, true);
  with total as materialized (
    select df as n from lexicon where word = ''
  ), words as materialized (
    select a.p as place, a.w as word, coalesce(a.k, 1) as weight, coalesce(a.s, false) as synonym, coalesce(a.c, false) as context, l.id, l.df
    from jsonb_to_recordset(asked) a (p int, w text, k float8, s boolean, c boolean)
    left join lexicon l on l.word = a.w and l.df > 0
  ), own as materialized (
    -- One weight for the same word in several languages: together they are as frequent as the word.
    select place, bool_or(context) as context, max(weight) as weight, min(word) as word, case when count(df) > 0 then least(min(n), sum(df)) end as df,
      (array_agg(word order by df desc nulls last))[1] as commonest
    from words, total where not synonym group by place
  ), nearest as materialized (
    -- Asked only where neither the word nor a synonym of it is known.
    select distinct on (o.place) o.place, near.* from own o join words w on w.place = o.place and not w.synonym,
      lateral knowledge_nearest_word(w.word, visible) near
    where o.df is null and not o.context and not exists (select from words s where s.place = o.place and s.id is not null)
    order by o.place, near.similarity desc
  ), places as materialized (
    select o.place, o.weight, coalesce(o.commonest, o.word) as word,
      case when o.df is not null then o.commonest when near.id is not null then near.word else syn.word end as meant,
      case when o.df is not null then 1 when near.id is not null then near.similarity else syn.weight end as trust,
      knowledge_idf(n, coalesce(o.df, near.df, syn.df, 0)::int) as idf
    from own o cross join total left join nearest near using (place)
    left join lateral (select word, weight, df from words s where s.place = o.place and s.synonym and s.id is not null order by weight desc, df limit 1) syn on true
    where o.df is not null or not o.context or syn.word is not null
  ), weighted as (
    select w.id, p.idf * w.weight as weight from words w join places p using (place) where w.id is not null and not w.synonym
    union all
    select w.id, least(p.idf, knowledge_idf(n, w.df)) * w.weight from words w join places p using (place), total where w.id is not null and w.synonym
    union all
    select near.id, p.idf * near.similarity from nearest near join places p using (place)
  ), merged as materialized (
    select id, max(weight) as weight from weighted group by id having max(weight) > 0
  ), telling as (
    select id, sum(df) over (order by df, id) as reached, row_number() over (order by df, id) as place from merged join lexicon using (id)
  )
  select n,
    (select jsonb_agg(jsonb_build_object('place', place, 'word', word, 'meant', meant, 'idf', idf * weight, 'trust', trust,
       'also', (select jsonb_agg(distinct w.word) from words w where w.place = p.place and w.id is not null and w.word <> p.meant)) order by place)
     from places p),
    -- The most telling words decide which chunks are compared at all: common ones would bring in half of a large corpus.
    (select array_agg(id) from telling where reached <= 60000 or place <= 2),
    (select ('{' || string_agg(id || ':' || weight, ',') || '}/1000000000')::sparsevec from merged)
  into chunk_count, known_terms, narrowing, query
  from total;

  if query is null then
    return;
  end if;
  if chunk_count <= 20000 then
    select array_agg(b.chunk_id), array_agg(b.distance) into best_id, best_distance from (
      select t.chunk_id, t.terms <#> query as distance from chunk_terms t
      where t.visibility = any (visible) order by distance limit wanted
    ) b;
  else
    select array_agg(b.chunk_id), array_agg(b.distance) into best_id, best_distance from (
      select t.chunk_id, t.terms <#> query as distance from chunk_terms t
      where t.visibility = any (visible) and t.keys && narrowing order by distance limit wanted
    ) b;
  end if;
  return query
    select c.id::text, d.id, d.collection, c.visibility, c.ordinal, d.title, d.path, d.url, c.headings, c.body, c.tokens, c.text_hash,
      c.fingerprint::text, c.language, -b.distance, chunk_count, case when b.place = 1 then known_terms end
    from unnest(best_id, best_distance) with ordinality as b (id, distance, place)
    join chunks c on c.id = b.id join documents d on d.id = c.document_id
    where b.distance < 0 and c.visibility = any (visible) order by b.place;
end
$$;

-- The chunks of the given visibilities that are nearest to a query vector, best first; nothing while the space is filling.
-- The space's number and dimension are written into the statement because its partial index is found only that way. What few may read is
-- compared exactly beside the index: an index walk over everybody's passages would pass it by.
create function knowledge_search_dense(space int, question text, visible text[], wanted int)
returns table (
  chunk_id text, document_id text, collection text, visibility text, ordinal int, title text, path text[], url text, headings text[],
  body text, tokens int, text_hash text, fingerprint text, language text, score float8
)
language plpgsql stable security definer rows 10
set hnsw.ef_search = 100
set hnsw.iterative_scan = strict_order as $$
declare
  dims int;
begin
  perform set_config('frontdesk.visible', visible::text, true);
  select dimensions into dims from embedding_spaces where id = space and ready_at is not null;
  if dims is null then
    return;
  end if;
  return query execute format(
    'with near as (
       select c.id, e.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s) as distance
       from embeddings e join chunks c on c.text_hash = e.text_hash
       where e.space_id = %1$s and c.visibility = any ($2)
       order by e.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s) limit $3
     ), restricted as (
       select c.id, e.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s) as distance
       from (select r.id, r.text_hash from chunks r where r.visibility <> ''public'' and r.visibility = any ($2) limit 5000) c
       join embeddings e on e.text_hash = c.text_hash and e.space_id = %1$s
       order by distance limit $3
     )
     select c.id::text, d.id, d.collection, c.visibility, c.ordinal, d.title, d.path, d.url, c.headings, c.body, c.tokens, c.text_hash,
       c.fingerprint::text, c.language, 1 - b.distance
     from (select id, distance from near union select id, distance from restricted order by distance limit $3) b
     join chunks c on c.id = b.id join documents d on d.id = c.document_id
     order by b.distance', space, dims) using question, visible, wanted;
end
$$;

-- Chunks by their document and place in it: the neighbours of what a search found.
create function knowledge_read_chunks(wanted jsonb, visible text[])
returns table (document_id text, ordinal int, headings text[], body text, tokens int)
language plpgsql stable security definer rows 10 as $$
begin
  perform set_config('frontdesk.visible', visible::text, true);
  return query
    select c.document_id, c.ordinal, c.headings, c.body, c.tokens
    from jsonb_to_recordset(wanted) w ("documentId" text, ordinal int)
    join chunks c on c.document_id = w."documentId" and c.ordinal = w.ordinal
    where c.visibility = any (visible);
end
$$;

-- Which of these documents are there for the given visibilities.
create function knowledge_visible_documents(ids text[], visible text[]) returns setof text
language plpgsql stable security definer rows 10 as $$
begin
  perform set_config('frontdesk.visible', visible::text, true);
  return query select d.id from documents d where d.id = any (ids) and d.visibility = any (visible);
end
$$;

-- The second wall: searches run as the role frontdesk_reader, to which rows of other visibilities do not exist. Each search function names
-- what may be seen in `frontdesk.visible`; where nothing is named, nothing is there.
create function knowledge_searches() returns regprocedure[] language sql stable as $$
  select array['knowledge_search_lexical(jsonb, text[], int)', 'knowledge_search_dense(int, text, text[], int)',
    'knowledge_read_chunks(jsonb, text[])', 'knowledge_visible_documents(text[], text[])']::regprocedure[]
$$;

-- A backup that is restored where the role is missing, or by somebody who may not give functions away, comes back without its wall.
create function knowledge_wall_stands() returns boolean language sql stable as $$
  select to_regrole('frontdesk_reader') is not null
    and not exists (select from pg_roles r where r.rolname = 'frontdesk_reader' and (r.rolsuper or r.rolbypassrls))
    and not exists (select from pg_proc f where f.oid = any (knowledge_searches())
      and (not f.prosecdef or f.proowner <> to_regrole('frontdesk_reader') or has_function_privilege('public', f.oid, 'execute')))
    and not exists (select from unnest(array['documents', 'chunks']::regclass[]) t join pg_class c on c.oid = t where not c.relrowsecurity
      or not has_table_privilege('frontdesk_reader', c.oid, 'select')
      or not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = 'r' and p.polroles = array[to_regrole('frontdesk_reader')::oid]))
$$;

-- Builds the wall, or what is missing of it. Roles belong to the server, so another database may have made it already. Whoever owns the tables must
-- be able to act as it, which from PostgreSQL 16 on is not the same as having made it.
create function knowledge_raise_wall() returns void language plpgsql as $$
declare
  v_schema name := current_schema();
  -- Names mean the same whoever calls: temporary tables come last.
  v_path text := (select string_agg(quote_ident(s), ', ') || ', pg_temp' from unnest(current_schemas(false)) s);
  v_granting text := format('grant frontdesk_reader to %I', current_user);
  v_rights text[] := array['member'];
  v_lends boolean;
  v_name text;
begin
  if current_setting('server_version_num')::int >= 160000 then
    v_granting := v_granting || ' with inherit true, set true';
    v_rights := array['usage', 'set'];
  end if;
  begin
    create role frontdesk_reader nologin;
  exception
    when duplicate_object or unique_violation then null;
    when insufficient_privilege then
      if to_regrole('frontdesk_reader') is null then
        raise exception 'the role frontdesk_reader is missing and % may not create it', current_user
          using hint = format('As an administrator of the server: create role frontdesk_reader nologin; %s; then try again.', v_granting);
      end if;
  end;
  begin
    if not (select bool_and(pg_has_role(current_user, 'frontdesk_reader', r)) from unnest(v_rights) r) then
      execute v_granting;
    end if;
  exception
    when insufficient_privilege then
      raise exception '% may not act as the role frontdesk_reader (%)', current_user, sqlerrm
        using hint = format('As an administrator of the server: %s; then try again.', v_granting);
  end;

  grant select on documents, chunks, chunk_terms, lexicon, embeddings, embedding_spaces to frontdesk_reader;
  foreach v_name in array array['documents', 'chunks'] loop
    execute format('alter table %I enable row level security', v_name);
    execute format('drop policy if exists %I on %I', v_name || '_visible', v_name);
    execute format('create policy %I on %I for select to frontdesk_reader
      using (visibility = any ((select nullif(current_setting(''frontdesk.visible'', true), '''')::text[])::text[]))', v_name || '_visible', v_name);
  end loop;

  -- Extensions may have a schema of their own.
  foreach v_name in array current_schemas(false) loop
    if not has_schema_privilege('frontdesk_reader', v_name, 'usage') then
      execute format('grant usage on schema %I to frontdesk_reader', v_name);
    end if;
  end loop;
  -- An owner must be allowed to create in the schema at the moment it is given something there.
  v_lends := not has_schema_privilege('frontdesk_reader', v_schema, 'create');
  if v_lends then
    execute format('grant create on schema %I to frontdesk_reader', v_schema);
  end if;
  -- The functions act as their owner, who alone runs them, and whoever acts as it: others in this database have no way past the wall.
  foreach v_name in array knowledge_searches()::text[] loop
    execute format('alter function %s security definer set search_path = %s', v_name, v_path);
    execute format('revoke execute on function %s from public', v_name);
    execute format('alter function %s owner to frontdesk_reader', v_name);
  end loop;
  if v_lends then
    execute format('revoke create on schema %I from frontdesk_reader', v_schema);
  end if;
exception
  when insufficient_privilege then
    raise exception 'the search functions cannot be given to the role frontdesk_reader (%)', sqlerrm
      using hint = format('As the owner of the schema: grant usage, create on schema %I to frontdesk_reader; then try again.', v_schema);
end
$$;
select knowledge_raise_wall();
