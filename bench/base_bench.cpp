// Speed of the JSON writer and reader on a message of ten fields (215 bytes), and of search keys.
// Prints CPU time of this thread per call, the best of five rounds.

#include <fmt/format.h>

#include <ctime>

#include "base/json.h"
#include "base/text.h"

namespace {

using namespace hq;

enum class Mode { rail, metro };
BOOST_DESCRIBE_ENUM(Mode, rail, metro)

struct Message {
  std::string id = "0190f3a1-0000-7000-8000-000000000001";
  std::string from = "上海虹桥";
  std::string to = "苏州北";
  Mode mode = Mode::rail;
  int64_t seq = 1'234'567;
  int32_t delay = -3;
  double lat = 31.1944;
  double lng = 121.3187;
  bool live = true;
  std::string note = "a note of some forty characters in length";
};
BOOST_DESCRIBE_STRUCT(Message, (), (id, from, to, mode, seq, delay, lat, lng, live, note))

double cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Act>
void measure(const char* what, int calls, Act act) {
  double best_ns = 1e18;
  for (int round = 0; round < 5; ++round) {
    const double start_ns = cpu_ns();
    for (int i = 0; i < calls; ++i) act();
    best_ns = std::min(best_ns, (cpu_ns() - start_ns) / calls);
  }
  fmt::print("{:<24} {:8.0f} ns\n", what, best_ns);
}

}  // namespace

int main() {
  const Message message;
  const std::string text = to_json(message);
  std::string out;
  std::size_t sum = 0;
  measure("json, write 10 fields", 200'000, [&] {
    out.clear();
    JsonWriter(out).value(message);
    sum += out.size();
  });
  measure("json, read 10 fields", 200'000, [&] { sum += from_json<Message>(text)->note.size(); });
  measure("json, document", 50'000, [&] { sum += JsonDocument::parse(text)->root().size(); });
  measure("search keys of 4 chars", 20'000, [&] { sum += search_keys("上海虹桥").pinyin.size(); });
  measure("edit distance, 8 to 8", 100'000, [&] {
    sum += static_cast<std::size_t>(edit_distance_at_most("hongqiao", "hongqaio", 2));
  });
  return sum == 0 ? 1 : 0;
}
