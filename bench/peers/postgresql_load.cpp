// Batches of transfers to the ledger of postgresql_ledger.sql: one connection, one batch after the
// other, ids and rows from here.
//
//   postgresql_load CONNINFO [accounts] [used] [batch] [seconds]
//
// `used`: transfers go between random ones of so many accounts. Prints transfers/s and latency of
// a batch; any status but 0 (created) ends it.
#include <endian.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kInt8Oid = 20;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class Integer>
void append(std::string& bytes, Integer big_endian) {
  bytes.append(reinterpret_cast<const char*>(&big_endian), sizeof big_endian);
}

/// bigint[] as PostgreSQL sends it: dimensions, nulls, type, length, lower bound, elements.
std::string array_of(const std::vector<int64_t>& values) {
  std::string bytes;
  bytes.reserve(20 + 12 * values.size());
  for (const uint32_t head : {1u, 0u, kInt8Oid, static_cast<uint32_t>(values.size()), 1u}) {
    append(bytes, htobe32(head));
  }
  for (const int64_t value : values) {
    append(bytes, htobe32(8));
    append(bytes, htobe64(static_cast<uint64_t>(value)));
  }
  return bytes;
}

struct Batch {
  std::vector<int64_t> columns[5];  // id, debit, credit, amount, reference

  Batch(std::mt19937_64& random, std::size_t size, uint64_t used, int64_t& last_id) {
    for (std::size_t i = 0; i < size; ++i) {
      const uint64_t debit = random() % used;
      const uint64_t credit = (debit + 1 + random() % (used - 1)) % used;
      columns[0].push_back(++last_id);
      columns[1].push_back(static_cast<int64_t>(1 + debit));
      columns[2].push_back(static_cast<int64_t>(1 + credit));
      columns[3].push_back(static_cast<int64_t>(1 + random() % 1000));
      columns[4].push_back(static_cast<int64_t>(random() >> 1));
    }
  }
};

/// Sends a batch and looks at every status.
bool make(PGconn* connection, const Batch& batch) {
  std::string arrays[5];
  const char* values[6];
  int lengths[6];
  int formats[6];
  for (int i = 0; i < 5; ++i) {
    arrays[i] = array_of(batch.columns[i]);
    values[i] = arrays[i].data();
    lengths[i] = static_cast<int>(arrays[i].size());
    formats[i] = 1;
  }
  const uint16_t code = htobe16(1);
  values[5] = reinterpret_cast<const char*>(&code);
  lengths[5] = sizeof code;
  formats[5] = 1;
  PGresult* result = PQexecPrepared(connection, "make", 6, values, lengths, formats, 1);
  bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;
  if (!is_good) fmt::print(stderr, "{}", PQresultErrorMessage(result));
  // smallint[]: 20 bytes, then 4 of length and 2 of value for each.
  const std::size_t count = batch.columns[0].size();
  is_good = is_good && static_cast<std::size_t>(PQgetlength(result, 0, 0)) == 20 + 6 * count;
  for (std::size_t i = 0; is_good && i < count; ++i) {
    uint16_t status = 0;
    std::memcpy(&status, PQgetvalue(result, 0, 0) + 24 + 6 * i, sizeof status);
    if (status == 0) continue;
    fmt::print(stderr, "transfer {} got status {}\n", i, be16toh(status));
    is_good = false;
  }
  PQclear(result);
  return is_good;
}

uint64_t argument(int argc, char** argv, int i, uint64_t otherwise) {
  return argc > i ? std::max<uint64_t>(1, std::strtoull(argv[i], nullptr, 10)) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: postgresql_load CONNINFO [accounts] [used] [batch] [seconds]\n");
    return 64;
  }
  const uint64_t accounts = argument(argc, argv, 2, 1'000'000);
  const uint64_t used = std::max<uint64_t>(2, argument(argc, argv, 3, accounts));
  const std::size_t size = argument(argc, argv, 4, 8000);
  const auto seconds = static_cast<double>(argument(argc, argv, 5, 10));
  PGconn* connection = PQconnectdb(argv[1]);
  if (PQstatus(connection) != CONNECTION_OK) {
    fmt::print(stderr, "{}", PQerrorMessage(connection));
    return 1;
  }
  PQclear(
      PQprepare(connection, "make", "SELECT make_transfers($1, $2, $3, $4, $5, $6)", 0, nullptr));
  std::random_device seed;
  std::mt19937_64 random(seed());
  // Rising ids, as ours has them; where this run begins is by chance, so that runs do not meet.
  int64_t last_id = static_cast<int64_t>(random() >> 2);
  std::vector<double> ms;
  double spent = 0;
  for (const auto start = Clock::now(); seconds_since(start) < seconds;) {
    const Batch batch(random, size, used, last_id);
    const auto begin = Clock::now();
    if (!make(connection, batch)) return 1;
    ms.push_back(seconds_since(begin) * 1e3);
    spent += seconds_since(begin);
  }
  PQfinish(connection);
  std::ranges::sort(ms);
  const double done = static_cast<double>(ms.size() * size) / spent;
  fmt::print("batch {}  used {}  done {:.0f}/s  p50 {:.1f}  p99 {:.1f} ms a batch\n", size, used,
             done, ms[ms.size() / 2], ms[ms.size() * 99 / 100]);
  return 0;
}
