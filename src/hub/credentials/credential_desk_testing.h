// CredentialDesk: the service of credentials behind a writer, for tests.
//
//   CredentialDesk desk(log, folder);
//   const CredentialAnswer issued = desk.issued(badge());
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "hub/credentials/credential_service.h"
#include "log/memory_log.h"
#include "log/writer.h"

namespace hq::hub {

inline const Instant kIssueTime = parse_instant("2026-11-22T00:00:00Z").value();

inline IssueRequest badge() {
  IssueRequest request;
  request.type = {"VerifiableCredential", "Badge"};
  request.subject.text = R"({"id":"did:example:1","level":"B","名":"虹桥"})";
  return request;
}

inline log::Command command_of(std::string id, std::string type, std::string body) {
  log::Command command;
  command.id = std::move(id);
  command.type = std::move(type);
  command.actor = "test";
  command.body = std::move(body);
  command.time = kIssueTime;
  return command;
}

/// A service on a log, whose clock stands at kIssueTime.
struct CredentialDesk {
  CredentialDesk(log::Log& log, const std::filesystem::path& data, const std::string& url = {}) {
    service = CredentialService::open({.data = data, .public_url = url}).value();
    machine.add(*service);
    log::WriterOptions options;
    options.clock = [] { return kIssueTime; };
    writer = log::Writer::start(log, machine, std::move(options)).value();
  }
  ~CredentialDesk() { writer->stop(); }

  /// Under a new id where none is given.
  Result<log::Receipt> send(std::string id, std::string type, std::string body) {
    if (id.empty()) id = "command-" + std::to_string(writer->last_seq()) + std::to_string(++sent);
    return writer->submit(command_of(std::move(id), std::move(type), std::move(body))).get();
  }
  CredentialAnswer issued(const IssueRequest& request) {
    const auto done = send("", "credentials.issue", to_json(request));
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return service->list({.now = kIssueTime, .limit = 1}).credentials.at(0);
  }
  std::string text(const IssueRequest& request, const CredentialRecord& issued) const {
    return service->text_of(request, issued).value();
  }
  Result<log::Receipt> revoke(const std::string& id, const std::string& reason = "lost") {
    return send("", "credentials.revoke", to_json(RevokeRequest{id, reason}));
  }

  std::unique_ptr<CredentialService> service;
  log::Machine machine;
  std::unique_ptr<log::Writer> writer;
  int sent = 0;
};

class CredentialDeskTest : public testing::Test {
 protected:
  CredentialDeskTest() { std::filesystem::create_directories(folder_); }
  ~CredentialDeskTest() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("credentials_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  log::MemoryLog log_;
};

}  // namespace hq::hub
