// The tables of the log in PostgreSQL, and what a server must promise before we write to it.
//
//   HQ_TRY(auto connection, open_for_writing(options));      // tables are there, commits durable
//   HQ_TRY(auto reader, open_for_reading(options));
#pragma once

#include "log/detail/postgres.h"
#include "log/lease.h"

namespace hq::log {

/// A connection to the server that takes writes, which has our tables; makes them where there are
/// none. unsupported: a commit there is not durable when it is answered; newer_version, corrupt:
/// tables of a later version, or none of ours.
Result<PostgresConnection> open_for_writing(const PostgresOptions& options);

/// A connection to any server that has our tables; not_found where it has none.
Result<PostgresConnection> open_for_reading(const PostgresOptions& options);

/// The channel on which new commits of a stream are told.
std::string channel_of(const std::string& stream);

}  // namespace hq::log
