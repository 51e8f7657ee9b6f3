import type { ColumnType, Generated } from 'kysely';

/** Tables that are queried column by column; the message path goes through the SQL functions of migration 0002. */
type Id = string;
type Timestamp = ColumnType<Date, Date | undefined, Date>;

export interface Tables {
  web_sessions: { id: string; token_hash: string; created_at: Timestamp; expires_at: Date };
  uploads: { owner: string; ref: string; name: string; mime: string; bytes: number; at: Timestamp };
  cursors: { name: string; value: unknown; updated_at: Timestamp };
  quarantine: {
    id: Generated<Id>;
    channel: string;
    source: string;
    reason: string;
    blob_ref: string | null;
    at: Timestamp;
  };
  listener_leases: { name: string; holder: string; until: Date };
  schema_migrations: { version: number; name: string; checksum: string; applied_at: Timestamp };
}
