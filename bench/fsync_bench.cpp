// What a durable write costs on this disk: appends to a file, each followed by fdatasync.
//
//   fsync_bench [FOLDER] [seconds]      FOLDER on the disk to be measured; .
//
// To be read beside the latency of durable work, which cannot be below it.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool measure(const std::string& path, std::size_t bytes, double seconds) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const std::string piece(bytes, 'x');
  std::vector<double> ms;
  bool is_good = true;
  const auto start = Clock::now();
  while (is_good && seconds_since(start) < seconds) {
    const auto begin = Clock::now();
    is_good =
        ::write(file, piece.data(), bytes) == static_cast<ssize_t>(bytes) && ::fdatasync(file) == 0;
    ms.push_back(seconds_since(begin) * 1e3);
  }
  ::close(file);
  ::unlink(path.c_str());
  std::ranges::sort(ms);
  const auto at = [&](double part) {
    return ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))];
  };
  fmt::print(
      "write and fdatasync  {:>8} bytes  {:>6} times  p50 {:>6.2f}  p90 {:>6.2f}  p99 {:>6.2f}  "
      "max {:>6.2f} ms\n",
      bytes, ms.size(), at(0.5), at(0.9), at(0.99), at(1));
  return is_good;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
  const std::string path = folder + "/fsync_bench." + std::to_string(::getpid());
  for (const std::size_t bytes : {4096u, 65536u, 1048576u}) {
    if (!measure(path, bytes, seconds)) {
      std::perror(path.c_str());
      return 1;
    }
  }
  return 0;
}
