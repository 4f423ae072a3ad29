// ApiTest: the whole API over the reference hub, without a socket. For tests.
//
//   TEST_F(ApiTest, knows_the_hub) { EXPECT_EQ(get("/hub").status, 200); }
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "log/memory_log.h"
#include "net/testing/wait_for_later.h"

namespace hq::api {

namespace fs = std::filesystem;
using net::Method;
using net::Request;
using net::Response;

/// Takes "Bearer good" for the operator.
class TestAuthenticator : public auth::Authenticator {
 public:
  Result<auth::Actor> authenticate(std::optional<std::string_view> authorization, std::string_view,
                                   Instant) override {
    if (!authorization) return auth::anonymous();
    if (*authorization == "Bearer good") {
      return auth::Actor{"operator", "hub", {auth::Role::hub_operator}};
    }
    return fail(ErrorCode::unauthenticated, "no");
  }
  bool is_quick() const override { return quick; }

  bool quick = true;
};

/// The whole API over the reference hub, without a socket.
class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    fs::create_directories(folder_);
    machine_.add(timetables_);
    machine_.add(ledger_);
    machine_.add(assets_);
    machine_.add(*credentials_);
    writer_ = log::Writer::start(log_, machine_).value();
    services_ =
        std::make_unique<Services>(hub(), timetables_, networks_, ledger_, assets_, *credentials_,
                                   policies_, log_, *writer_, authenticator_);
    services_->clock = [] { return parse_instant("2026-11-24T00:00:00Z").value(); };
    add_routes(router_, *services_);
  }
  ~ApiTest() override {
    writer_->stop();
    fs::remove_all(folder_);
  }

  static std::shared_ptr<const hub::ReferenceHub> hub() {
    static const auto hub = std::make_shared<const hub::ReferenceHub>(
        hub::load_hub(fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao").value());
    return hub;
  }
  static std::shared_ptr<const route::Timetable> reference() {
    static const auto timetable =
        hub::open_reference(*hub(), fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao", {}).value();
    return timetable;
  }

  Response ask(Method method, const std::string& path, std::vector<net::Parameter> query = {},
               std::string body = {}, const std::string& authorization = {}) {
    Request request;
    request.method = method;
    request.path = "/api/v1" + path;
    request.query = std::move(query);
    request.body = std::move(body);
    request.headers = headers_;
    if (!authorization.empty()) request.headers.set("Authorization", authorization);
    return net::wait_for_later(request, router_(request).value());
  }
  Response get(const std::string& path, std::vector<net::Parameter> query = {}) {
    return ask(Method::get, path, std::move(query));
  }
  static std::string text(const Response& response) {
    return std::string(response.whole_body().value_or("(a stream)"));
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  hub::Timetables timetables_{folder_, reference()};
  hub::Networks networks_{timetables_, hub()};
  hub::LedgerService ledger_{{.accounts_max = 2000, .transfers_max = 20'000}};
  hub::AssetRegister assets_;
  std::unique_ptr<hub::CredentialService> credentials_ =
      hub::CredentialService::open_without_keys();
  hub::PolicyService policies_{
      hub::load_policies(fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao/policies").value(), *credentials_,
      "hongqiao test"};
  log::MemoryLog log_;
  log::Machine machine_;
  std::unique_ptr<log::Writer> writer_;
  TestAuthenticator authenticator_;
  std::unique_ptr<Services> services_;
  net::Router router_;
  net::Headers headers_;
};

}  // namespace hq::api
