#include "server/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "server/node.h"

namespace hq::server {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

/// One value that is read now, with the lines that explain it.
std::string single(std::string_view name, std::string_view type, std::string_view help,
                   uint64_t value) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
}

}  // namespace

std::string node_metrics(const NodeState& state) {
  return single("hongqiao_node_active", "gauge", "1 while this node takes commands",
                state.role == Role::active ? 1 : 0) +
         single("hongqiao_node_term", "gauge", "Term of the lease as this node saw it last",
                state.term);
}

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter()
          .Name("hongqiao_http_requests_total")
          .Help("Requests answered, by route and status")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("hongqiao_http_request_seconds")
          .Help("Time from the request's header to the last byte of the answer")
          .Register(registry);
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const net::RequestRecord& record) {
  // Without a route the label is one and the same, so that nobody can grow the table.
  const std::string route(record.route.empty() ? "other" : record.route);
  families_->requests.Add({{"route", route}, {"status", std::to_string(record.status)}})
      .Increment();
  families_->seconds.Add({{"route", route}}, kSeconds).Observe(record.seconds);
}

std::string Metrics::text(const log::WriterMetrics& writer, uint64_t last_seq,
                          const net::ServerStats& http) const {
  std::string text = prometheus::TextSerializer().Serialize(families_->registry.Collect());
  text +=
      single("hongqiao_log_commits_total", "counter", "Commits since the start", writer.commits);
  text += single("hongqiao_log_groups_total", "counter", "Durable writes since the start",
                 writer.groups);
  text += single("hongqiao_log_refused_total", "counter", "Commands refused", writer.refused);
  text += single("hongqiao_log_overloaded_total", "counter", "Commands that found the queue full",
                 writer.overloaded);
  text += single("hongqiao_log_queue_commands", "gauge", "Commands waiting", writer.queue_commands);
  text += single("hongqiao_log_last_seq", "gauge", "Sequence number of the last commit", last_seq);
  text += single("hongqiao_http_connections", "gauge", "Connections open", http.connection_count);
  text +=
      single("hongqiao_http_queued", "gauge", "Requests waiting for a worker", http.queued_count);
  text += single("hongqiao_http_overload_total", "counter", "Requests and connections told 503",
                 http.overload_count);
  return text;
}

}  // namespace hq::server
