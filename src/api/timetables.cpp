// GET and POST /timetables, GET /timetables/{id}, PUT /timetables/active.
#include <fmt/format.h>

#include <filesystem>
#include <mutex>

#include "api/api.h"
#include "api/parameters.h"
#include "base/file.h"
#include "base/json.h"
#include "hub/timetables/import.h"

namespace hq::api {
namespace {

namespace fs = std::filesystem;

struct TimetablesAnswer {
  std::vector<hub::TimetableAnswer> timetables;
};
BOOST_DESCRIBE_STRUCT(TimetablesAnswer, (), (timetables))

struct TimetableDetail {
  hub::TimetableAnswer timetable;
  std::vector<hub::ReportCount> counts;
  std::vector<hub::ReportDefect> defects;
};
BOOST_DESCRIBE_STRUCT(TimetableDetail, (), (timetable, counts, defects))

/// A file that goes when this does.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Result<hub::TimetableAnswer> command(Services& services, const net::Request& request,
                                     const auth::Actor& actor, std::string type, std::string body,
                                     const std::string& timetable) {
  log::Command wanted = command_of(services, request, actor, std::move(type), std::move(body));
  HQ_TRY_VOID(services.writer.submit(std::move(wanted)).get());
  auto answer = services.timetables.find(timetable);
  HQ_ASSERT(answer.has_value());
  return *std::move(answer);
}

Result<net::Response> get_timetables(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  return json_answer(request, to_json(TimetablesAnswer{services.timetables.list()}));
}

Result<net::Response> get_timetable(const Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  const auto id = request.path_parameter("id");
  const auto known = services.timetables.find(id);
  if (!known) {
    return fail(ErrorCode::not_found, fmt::format("there is no timetable '{}' here", id),
                fmt::format("没有时刻表“{}”", id), "id");
  }
  HQ_TRY(hub::ReportAnswer report, hub::read_report(services.timetables, id));
  return json_answer(request, to_json(TimetableDetail{*known, std::move(report.counts),
                                                      std::move(report.defects)}));
}

Result<net::Response> post_timetable(Services& services, const net::Request& request) {
  Parameters query(request);
  hub::ImportSource source;
  query.required_text("kind");
  const bool is_trains = query.choice("kind", {"gtfs", "trains"}, 0) == 1;
  source.kind = is_trains ? hub::TimetableKind::trains : hub::TimetableKind::gtfs;
  source.name = query.required_text("name");
  const bool activate = query.flag("activate", true);
  HQ_TRY_VOID(query.check());
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  if (request.body.empty()) {
    return fail(ErrorCode::invalid_argument, "the body is empty: send the file",
                "请求体为空：请上传文件", "body");
  }
  // Reading a feed takes much memory and time; a second import has to wait for its turn.
  const std::unique_lock turn(services.import_turn, std::try_to_lock);
  if (!turn) {
    return fail(ErrorCode::overloaded, "another import is under way; try again when it is done",
                "另一个导入正在进行，请稍后再试");
  }
  const TemporaryFile upload(services.timetables.folder() /
                             fmt::format("upload-{}", services.new_id()));
  HQ_TRY_VOID(write_file_atomically(upload.path(), request.body));
  source.file = upload.path();
  auto prepared = hub::prepare_import(source, services.timetables.folder(), *services.hub);
  if (!prepared) {
    // The name of our temporary file tells the sender nothing.
    Error error = std::move(prepared).error();
    if (const auto at = error.where.find(upload.path().string()); at != std::string::npos) {
      error.where.replace(at, upload.path().string().size(), "body");
    }
    return std::unexpected(std::move(error));
  }
  HQ_TRY(const hub::TimetableAnswer answer,
         command(services, request, actor, "timetables.import",
                 to_json(hub::ImportCommand{prepared->record, activate}), prepared->record.id));
  net::Response response = net::Response::json(to_json(answer), 201);
  response.headers.set("Location", "/api/v1/timetables/" + answer.id);
  return response;
}

Result<net::Response> put_active(Services& services, const net::Request& request) {
  HQ_TRY_VOID(Parameters(request).check());
  HQ_TRY(const auth::Actor actor, authorise(services, request, auth::Permission::write));
  HQ_TRY(const auto wanted, from_json<hub::ActivateCommand>(request.body));
  HQ_TRY(const hub::TimetableAnswer answer,
         command(services, request, actor, "timetables.activate", to_json(wanted), wanted.id));
  return net::Response::json(to_json(answer));
}

}  // namespace

void add_timetable_routes(net::Router& router, Services& services) {
  using net::Method;
  using net::Request;
  router.add(Method::get, "/api/v1/timetables",
             [&services](const Request& request) { return get_timetables(services, request); });
  router.add(Method::post, "/api/v1/timetables",
             [&services](const Request& request) { return post_timetable(services, request); });
  router.add(Method::get, "/api/v1/timetables/{id}",
             [&services](const Request& request) { return get_timetable(services, request); });
  router.add(Method::put, "/api/v1/timetables/active",
             [&services](const Request& request) { return put_active(services, request); });
}

}  // namespace hq::api
