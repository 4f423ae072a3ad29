// Metrics: what the server counts, in the text format of Prometheus (GET /metrics).
//
// Counts requests as they are answered; what other parts count themselves (writer, HTTP server)
// is read when the page is asked for. Any thread.
//
//   Metrics metrics;
//   metrics.count_request(record);
//   std::string text = metrics.text(writer.metrics(), http.stats());
#pragma once

#include <memory>
#include <string>

#include "log/writer.h"
#include "net/http_server.h"

namespace hq::server {

struct NodeState;

/// The lines of a node of a cluster, to go behind those of Metrics::text.
std::string node_metrics(const NodeState& state);

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void count_request(const net::RequestRecord& record);
  std::string text(const log::WriterMetrics& writer, uint64_t last_seq,
                   const net::ServerStats& http) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace hq::server
