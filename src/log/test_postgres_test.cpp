// The server that test_postgres.h promises.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "log/test_postgres.h"

namespace hq::log {
namespace {

namespace fs = std::filesystem;

/// PostgreSQL refuses to run as root; Debian's package makes a user for it.
const passwd* server_user() {
  return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

/// Starts a program as the server's user; its output goes to `output`.
pid_t spawn(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::vector<char*> raw;
  for (const std::string& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  const std::string output = (folder / "output").string();
  const passwd* const user = server_user();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  HQ_ASSERT(pid >= 0);
  if (pid > 0) return pid;
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  if (::chdir(folder.c_str()) != 0) ::_exit(125);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a test that crashes leaves no server behind
  if (::getppid() != parent) ::_exit(124);
  ::execv(raw[0], raw.data());
  ::_exit(127);
}

int wait_for_end(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

}  // namespace

std::string TestPostgres::programs() {
  std::string newest;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const fs::path folder = version.path() / "bin";
    if (fs::exists(folder / "initdb") && fs::exists(folder / "postgres")) {
      newest = std::max(newest, folder.string());
    }
  }
  if (::geteuid() == 0 && server_user() == nullptr) return {};
  return newest;
}

TestPostgres& TestPostgres::shared() {
  static TestPostgres server;
  return server;
}

TestPostgres::TestPostgres() {
  if (const passwd* const user = server_user()) {
    HQ_ASSERT(::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  const std::string data = (folder_.path() / "data").string();
  // The cluster itself need not be durable: it dies with the test.
  const int made = wait_for_end(spawn({programs() + "/initdb", "-D", data, "-U", "hongqiao", "-A",
                                       "trust", "-E", "UTF8", "--locale=C", "--no-sync"},
                                      folder_.path()));
  HQ_ASSERT(made == 0);
  start();
}

TestPostgres::~TestPostgres() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGQUIT);
  wait_for_end(pid_);
}

void TestPostgres::start(const std::string& more_settings) {
  HQ_ASSERT(pid_ < 0);
  std::vector<std::string> arguments = {programs() + "/postgres",
                                        "-D",
                                        (folder_.path() / "data").string(),
                                        "-k",
                                        folder_.path().string(),
                                        "-c",
                                        "listen_addresses=",
                                        "-c",
                                        "shared_buffers=16MB",
                                        "-c",
                                        "max_connections=60"};
  if (!more_settings.empty()) arguments.insert(arguments.end(), {"-c", more_settings});
  pid_ = spawn(arguments, folder_.path());
  for (int i = 0; i < 600; ++i) {
    if (PQping(connection().c_str()) == PQPING_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  HQ_ASSERT(false && "the server does not answer");
}

void TestPostgres::kill() {
  ::kill(pid_, SIGKILL);
  wait_for_end(std::exchange(pid_, -1));
}

void TestPostgres::pause(bool on) {
  const std::string number = std::to_string(pid_);
  const std::string children = fmt::format("/proc/{0}/task/{0}/children", pid_);
  std::FILE* const file = std::fopen(children.c_str(), "r");
  HQ_ASSERT(file != nullptr);
  for (int child = 0; std::fscanf(file, "%d", &child) == 1;) ::kill(child, on ? SIGSTOP : SIGCONT);
  std::fclose(file);
  ::kill(pid_, on ? SIGSTOP : SIGCONT);
}

std::string TestPostgres::sql(const std::string& statement, const std::string& database) {
  PGconn* const opened = PQconnectdb(connection(database).c_str());
  PGresult* const result = PQexec(opened, statement.c_str());
  const ExecStatusType status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) << PQerrorMessage(opened);
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) value = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(opened);
  return value;
}

std::string TestPostgres::connection(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user=hongqiao", database, folder_.path().string());
}

PostgresOptions TestPostgres::options(const std::string& stream,
                                      const std::string& database) const {
  PostgresOptions options;
  options.connection = connection(database);
  options.stream = stream;
  options.reconnect_wait = std::chrono::seconds(20);
  options.on_lease_lost = [](const Error&) {};
  return options;
}

std::string fresh_stream() {
  static std::atomic<int> last = 0;
  return fmt::format("s{}", ++last);
}

TEST(TestPostgres, runs_and_comes_back_after_a_kill) {
  HQ_REQUIRE_POSTGRES();
  TestPostgres server;
  server.sql("CREATE TABLE t(x int); INSERT INTO t VALUES (7)");
  server.kill();
  server.start();
  EXPECT_EQ(server.sql("SELECT x FROM t"), "7");
}

}  // namespace hq::log
