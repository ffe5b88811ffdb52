/** The ring of cache servers: the one row that they and the web servers agree by (`protocols/agreed-ring`). */
export const cacheRingSchema: readonly string[] = [
  `CREATE TABLE cache_ring (
    epoch INTEGER NOT NULL,
    after_epoch INTEGER NOT NULL,
    servers TEXT NOT NULL,
    next_epoch INTEGER CHECK (next_epoch > epoch),
    next_servers TEXT CHECK ((next_servers IS NULL) = (next_epoch IS NULL))
  ) STRICT`,
  `INSERT INTO cache_ring (epoch, after_epoch, servers) VALUES (0, 0, '')`,
];
