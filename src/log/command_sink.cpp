#include "log/command_sink.h"

namespace hq::log {

std::future<Result<Receipt>> CommandSink::submit(Command command) {
  std::promise<Result<Receipt>> promise;
  std::future<Result<Receipt>> future = promise.get_future();
  submit(std::move(command), [promise = std::move(promise)](Result<Receipt> result) mutable {
    promise.set_value(std::move(result));
  });
  return future;
}

}  // namespace hq::log
