// Limits of the log and its writer. Docs: docs/format/log.md states those that bind the bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hq::log {

/// Text fields of a command: id, type, actor, organisation.
inline constexpr std::size_t kNameBytesMax = 256;

/// Encoded size of one commit, and of all commits of one group.
inline constexpr std::size_t kCommitBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kBatchBytesMax = std::size_t{128} << 20;

/// Commits of one group; more waiting commands go into the next.
inline constexpr std::size_t kBatchCommitsMax = 4096;

/// The group under way is closed for new commands once it has so many bytes of commits.
inline constexpr std::size_t kBatchBytesTarget = std::size_t{4} << 20;

/// Commands that wait for the writer, and the sum of their bytes. More are refused: overloaded.
inline constexpr std::size_t kQueueCommandsMax = 16'384;
inline constexpr std::size_t kQueueBytesMax = std::size_t{256} << 20;

/// Nor is more taken while the first of them has waited for so long: what is accepted is answered
/// in about this time, however large the commands and however slow the disk.
inline constexpr std::chrono::milliseconds kQueueWaitMax{500};

/// While a group is being written, small commands gather for so long, or until there are so many or
/// so many bytes of them: to wake the decider for each costs more than to decide it.
inline constexpr std::chrono::milliseconds kGatherTime{1};
inline constexpr std::size_t kGatherCommands = 32;
inline constexpr std::size_t kGatherBytes = 65'536;

/// So much is put on disk while more is decided; less waits for company, as a write costs more.
inline constexpr std::size_t kWriteBytes = std::size_t{512} << 10;

/// Commits between two snapshots: a start replays so much in seconds.
inline constexpr uint64_t kSnapshotBytes = uint64_t{256} << 20;

/// How often the writer looks whether one is done.
inline constexpr std::chrono::milliseconds kSnapshotPoll{50};

/// How long a write waits for a lock that a foreign program holds on the file.
inline constexpr std::chrono::milliseconds kBusyWait{5000};
/// Pages of 16 KiB: 4 MiB.
inline constexpr int kWalPages = 256;

/// How often a reader in another process looks for newer commits.
inline constexpr std::chrono::milliseconds kPollInterval{50};

/// Connections kept open for readers between reads; more are opened as needed and then closed.
inline constexpr std::size_t kIdleReadersMax = 8;

/// The lease of a stream in PostgreSQL: how long it lasts and how often it is renewed. A node that
/// dies is replaced after the first of these; one that is slower than it loses its place.
inline constexpr std::chrono::milliseconds kLeaseTime{5000};
inline constexpr int kLeaseRenewalsPerTime = 5;

/// How long PostgreSQL may take for one answer, and how long a lost one is tried again before a
/// write fails; a failover takes less than the second.
inline constexpr std::chrono::milliseconds kPostgresAnswerWait{15'000};
inline constexpr std::chrono::milliseconds kPostgresReconnectWait{60'000};
inline constexpr std::chrono::milliseconds kPostgresRetryPause{100};

/// How often a reader asks PostgreSQL for newer commits where no notification comes.
inline constexpr std::chrono::milliseconds kPostgresPollInterval{500};

/// Bytes of groups that one read from PostgreSQL brings, and their number; one group at least.
inline constexpr std::size_t kPostgresPageBytes = std::size_t{4} << 20;
inline constexpr std::size_t kPostgresPageGroups = 256;

}  // namespace hq::log
