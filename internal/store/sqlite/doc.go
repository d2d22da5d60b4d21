// Package sqlite keeps a store in one SQLite file, written by modernc.org/sqlite
// without cgo: write-ahead log, synchronous=FULL, group commit. Several processes
// may have the same file open.
//
// Beside the database rekey.db lie rekey.db-wal and rekey.db-shm, which are
// SQLite's, rekey.db.lock, which is held only while a process opens the store, and
// rekey.db.head. The head names the last record known to be on disk by its
// sequence number and hash. A store shorter than its head, without its head, or a
// head without its store is damage and is never taken for a fresh install.
//
// The head is synced before the first append of an empty store returns, then
// within [HeadDelay] of the first append after the last head, and on Close. What
// nobody can see is the loss of the write-ahead log's end, by another program or
// by hand, after the last head: at most HeadDelay's worth of records. A crash or a
// power cut loses nothing that was acknowledged.
//
// Every row is checked against its own hash when it is read, be it an event, a
// summary or a due moment. The whole chain, SQLite's own structure and every row
// are checked by Verify, and so when the store is opened: at once up to
// [CheckAtOnce] bytes, and in the background above. Damage that is found stops the
// store: from then on every method fails with CodeDamaged.
package sqlite
