-- Knowledge: documents, their chunks, the words and vectors that find them.

create extension if not exists vector;
create extension if not exists pg_trgm;

do $$
begin
  if (select string_to_array(extversion, '.')::int[] < '{0,8}' from pg_extension where extname = 'vector') then
    raise exception 'pgvector % is too old: 0.8.0 or newer is needed',
      (select extversion from pg_extension where extname = 'vector')
      using hint = 'Install a newer pgvector, run "alter extension vector update", then migrate again.';
  end if;
end
$$;

create table documents (
  -- The document's own id (`_id` of JSON Lines, else its path or URL); prefixed with the collection where another one has it.
  id text primary key,
  collection text not null,
  -- Where it was read: an absolute path, a URL, or the path of a JSON Lines file followed by `#_id`.
  source text not null,
  title text not null,
  url text,
  language text,
  visibility text not null check (visibility in ('public', 'internal') or visibility like 'org:_%'),
  -- Of everything that decides what is stored; an equal hash means nothing has to be done.
  content_hash text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table chunks (
  id bigint generated always as identity primary key,
  document_id text not null references documents on delete cascade,
  ordinal int not null,
  -- Headings above the text, outermost first.
  headings text[] not null,
  body text not null,
  tokens int not null,
  -- Of the text that is embedded; finds its vector in `embeddings`.
  text_hash text not null,
  unique (document_id, ordinal)
);
create index chunks_text_hash on chunks (text_hash);

-- Every word stem of the corpus. `id` is its dimension in `chunk_terms.terms`; `df` counts the chunks that contain it.
-- The empty word occurs in every chunk, so its `df` is the number of chunks.
create table lexicon (
  id int generated always as identity primary key,
  word text not null unique,
  df int not null
) with (fillfactor = 70);
create index lexicon_trigrams on lexicon using gin (word gin_trgm_ops);
insert into lexicon (word, df) values ('', 0);

-- BM25 as a sparse vector: per word its saturated frequency. Narrow rows, apart from the text, because a small corpus is
-- scanned whole. idf is on the query's side, so nothing here changes when other documents come and go.
create table chunk_terms (
  chunk_id bigint primary key references chunks on delete cascade,
  visibility text not null,
  -- The words with the highest impact, for the index that narrows a large corpus.
  keys int[] not null,
  terms sparsevec(1000000000) not null
);
alter table chunk_terms alter column terms set storage main;
create index chunk_terms_keys on chunk_terms using gin (keys);

-- One row per embedding model and dimension. Vectors of two spaces never mix; a new space fills beside the old one.
create table embedding_spaces (
  id int generated always as identity primary key,
  name text not null unique,
  dimensions int not null check (dimensions between 1 and 4000),
  -- Set when every chunk had its vector and the space's own index was built; searched only from then on.
  ready_at timestamptz,
  created_at timestamptz not null default now()
);

-- Unit vectors by the hash of the text they stand for: a text that comes back, or occurs twice, is paid for once.
create table embeddings (
  space_id int not null references embedding_spaces on delete cascade,
  text_hash text not null,
  embedding halfvec not null,
  primary key (space_id, text_hash)
);

-- How telling a word is that occurs in `df` of `corpus` chunks. The same formula as `idf` in lexical.ts.
create function knowledge_idf(corpus int, df int) returns float8
language sql immutable parallel safe as $$
  select ln(1 + (corpus - df + 0.5) / (df + 0.5))
$$;

-- The dimensions that a sparse vector occupies.
create function knowledge_term_ids(terms sparsevec) returns setof int
language sql immutable parallel safe as $$
  select split_part(element, ':', 1)::int
  from unnest(string_to_array(ltrim(split_part(terms::text, '}', 1), '{'), ',')) element
$$;

-- The known word that a misspelt one most likely means: similar trigrams, or the same letters in another order (which
-- trigrams see badly), and the same first letter. No row when nothing is close.
create function knowledge_nearest_word(misspelt text) returns table (id int, word text, df int, similarity float8)
language sql stable parallel safe
set pg_trgm.similarity_threshold = 0.2
rows 1 as $$
  select l.id, l.word, l.df, case when swapped then 0.8 else similarity(l.word, misspelt) end
  from lexicon l,
    lateral (select length(l.word) = length(misspelt)
      and array(select unnest(string_to_array(l.word, null)) order by 1)
        = array(select unnest(string_to_array(misspelt, null)) order by 1) as swapped) s
  where length(misspelt) between 4 and 40 and misspelt ~ '^[[:alpha:]]+$'
    and l.word % misspelt and l.df > 0 and left(l.word, 1) = left(misspelt, 1)
    and abs(length(l.word) - length(misspelt)) <= 2
    and (swapped or (length(misspelt) >= 5 and similarity(l.word, misspelt) >= 0.45))
  order by 4 desc, l.df desc, l.id
  limit 1
$$;

-- BM25 over the chunks of the given visibilities, best first, for the stems that a question is about. `corpus` is the number of
-- chunks. The first row carries what the corpus knows of each stem, in the order asked: its weight, and the known word that
-- a misspelt one most likely means with how sure that is (null: nothing is close). A corpus of up to 20,000 chunks is compared
-- whole, a larger one where a telling word of a chunk is asked for.
create function knowledge_search_lexical(words text[], visible text[], wanted int)
returns table (
  chunk_id text, document_id text, title text, url text, headings text[], body text,
  score float8, corpus int, terms jsonb
)
language plpgsql stable rows 10 as $$
#variable_conflict use_column
declare
  chunk_count int;
  known_terms jsonb;
  asked int[];
  query sparsevec(1000000000);
  best_id bigint[];
  best_distance float8[];
begin
  with total as materialized (
    select df as n from lexicon where word = ''
  ), asked_words as materialized (
    select w.word, w.place, l.id, l.df from unnest(words) with ordinality as w (word, place)
    left join lexicon l on l.word = w.word and l.df > 0
  ), terms as materialized (
    select word, place, id, word as meant, knowledge_idf(n, df) as idf, 1.0::float8 as trust
    from asked_words, total where id is not null
    union all
    select w.word, w.place, near.id, near.word, knowledge_idf(n, coalesce(near.df, 0)), near.similarity
    from total, asked_words w left join lateral knowledge_nearest_word(w.word) near on true where w.id is null
  ), merged as (
    select id, max(idf) as idf, max(trust) as trust from terms where id is not null group by id
  )
  select n, (select jsonb_agg(jsonb_build_object('word', word, 'meant', meant, 'idf', idf, 'trust', trust) order by place) from terms),
    array_agg(id), ('{' || string_agg(id || ':' || idf * trust, ',') || '}/1000000000')::sparsevec
  into chunk_count, known_terms, asked, query
  from total left join merged on true group by n;

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
      where t.visibility = any (visible) and t.keys && asked order by distance limit wanted
    ) b;
  end if;
  return query
    select c.id::text, d.id, d.title, d.url, c.headings, c.body, -b.distance, chunk_count,
      case when b.place = 1 then known_terms end
    from unnest(best_id, best_distance) with ordinality as b (id, distance, place)
    join chunks c on c.id = b.id join documents d on d.id = c.document_id
    where b.distance < 0 order by b.place;
end
$$;

-- The chunks of the given visibilities that are nearest to a query vector, best first; nothing while the space is filling.
-- The space's number and dimension are written into the statement because its partial index is found only that way.
create function knowledge_search_dense(space int, question text, visible text[], wanted int)
returns table (
  chunk_id text, document_id text, title text, url text, headings text[], body text, score float8
)
language plpgsql stable rows 10
set hnsw.ef_search = 100
set hnsw.iterative_scan = strict_order as $$
declare
  dims int;
begin
  select dimensions into dims from embedding_spaces where id = space and ready_at is not null;
  if dims is null then
    return;
  end if;
  return query execute format(
    'select c.id::text, d.id, d.title, d.url, c.headings, c.body, 1 - (e.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s))
     from embeddings e join chunks c on c.text_hash = e.text_hash join documents d on d.id = c.document_id
     where e.space_id = %1$s and d.visibility = any ($2)
     order by e.embedding::halfvec(%2$s) <=> $1::halfvec(%2$s)
     limit $3', space, dims) using question, visible, wanted;
end
$$;
