// The log in PostgreSQL, for a cluster: many nodes read and follow, one at a time writes a stream.
//
// A group of commits is one row and one transaction, answered once PostgreSQL says that it is
// durable: on the disks of a quorum where the server is set up so. A second writer is kept out by
// the lease (lease.h), by its term in each transaction, and by the keys of the tables. When the
// connection is lost in the middle of a write, the log finds out on a new one, or on the server
// that took over, whether the group is there, before it answers. docs/format/log.md states the
// tables, docs/decisions/0006-postgresql-quorum.md says why.
//
//   HQ_TRY(auto log, open_postgres_log({.connection = "postgresql://db1,db2,db3/hub"}));
//   HQ_TRY(auto reader, open_postgres_log_reader({.connection = "postgresql://db1,db2,db3/hub"}));
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "log/lease.h"
#include "log/log.h"

namespace hq::log {

/// Whether `address` is one of PostgreSQL and not a folder.
bool is_postgres_address(std::string_view address);

class PostgresLog : public Log {
 public:
  /// Of the lease under which it writes.
  virtual uint64_t term() const = 0;
  virtual const std::string& holder() const = 0;
};

/// Opens or creates the stream for writing; holds its lease for as long as it lives.
/// conflict: another holds the lease; unavailable: no server answers; unsupported: commits there
/// are not durable; newer_version; corrupt; forbidden.
Result<std::unique_ptr<PostgresLog>> open_postgres_log(const PostgresOptions& options);

/// Opens the stream for reading only; not_found where the database has no log.
Result<std::unique_ptr<LogReader>> open_postgres_log_reader(const PostgresOptions& options);

}  // namespace hq::log
