// TLS: a certificate is made here, and an OpenSSL client talks to the server.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "net/testing/server_fixture.h"

namespace hq::net {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* thing) const { Free(thing); }
};
template <class T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Freer<T, Free>>;
using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Handle<X509, X509_free>;
using Context = Handle<SSL_CTX, SSL_CTX_free>;
using Tls = Handle<SSL, SSL_free>;

class TlsTest : public ServerFixture {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(HQ_BINARY_DIR) / ("tls_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    write_pair("server");
  }
  void TearDown() override {
    end_server();
    std::filesystem::remove_all(folder_);
  }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  TlsOptions pair(const std::string& name) const {
    return {file(name + ".crt"), file(name + ".key")};
  }

  /// A self-signed certificate for "localhost" and its key.
  void write_pair(const std::string& name) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
    std::FILE* out = std::fopen(file(name + ".crt").c_str(), "w");
    PEM_write_X509(out, certificate.get());
    std::fclose(out);
    out = std::fopen(file(name + ".key").c_str(), "w");
    PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
  }

  /// One request and all of the answer over TLS of at most `version`; empty if refused.
  std::string exchange(const std::string& request, int version = TLS1_3_VERSION) {
    const Context context(SSL_CTX_new(TLS_client_method()));
    // The highest level allows old versions at all only below 1; the server must refuse by itself.
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_max_proto_version(context.get(), version);
    SSL_CTX_load_verify_locations(context.get(), file("server.crt").c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    static constexpr unsigned char kOffer[] = {2,   'h', '2', 8,   'h', 't',
                                               't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context.get(), kOffer, sizeof kOffer);
    TestClient plain = client();
    const Tls tls(SSL_new(context.get()));
    SSL_set_fd(tls.get(), plain.descriptor());
    if (SSL_connect(tls.get()) != 1) {
      ERR_clear_error();
      return {};
    }
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(tls.get(), &protocol, &size);
    protocol_.assign(reinterpret_cast<const char*>(protocol), size);
    version_ = SSL_get_version(tls.get());
    SSL_write(tls.get(), request.data(), static_cast<int>(request.size()));
    std::string answer;
    char bytes[4096];
    for (int count = 0; (count = SSL_read(tls.get(), bytes, sizeof bytes)) > 0;) {
      answer.append(bytes, static_cast<std::size_t>(count));
    }
    was_closed_cleanly_ = (SSL_get_shutdown(tls.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    return answer;
  }

  std::filesystem::path folder_;
  std::string protocol_;
  std::string version_;
  bool was_closed_cleanly_ = false;
};

constexpr const char* kRequest = "GET /secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_F(TlsTest, serves_over_tls_1_3_and_1_2) {
  bool is_secure = false;
  start({.tls = pair("server")}, [&](const Request& request) -> Result<Response> {
    is_secure = request.is_secure;
    return Response::text("over TLS", "text/plain");
  });
  EXPECT_TRUE(server().url().starts_with("https://"));
  for (const auto& [version, name] :
       {std::pair(TLS1_3_VERSION, "TLSv1.3"), std::pair(TLS1_2_VERSION, "TLSv1.2")}) {
    const std::string answer = exchange(kRequest, version);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("over TLS"));
    EXPECT_EQ(version_, name);
    EXPECT_EQ(protocol_, "http/1.1");
    EXPECT_TRUE(was_closed_cleanly_);
    EXPECT_TRUE(is_secure);
  }
}

TEST_F(TlsTest, refuses_old_versions) {
  start({.tls = pair("server")}, echo());
  EXPECT_EQ(exchange(kRequest, TLS1_1_VERSION), "");
  EXPECT_NE(exchange(kRequest), "");
}

TEST_F(TlsTest, large_bodies_arrive_whole) {
  start({.tls = pair("server")}, [](const Request&) -> Result<Response> {
    return Response::text(std::string(3'000'000, 'x'), "application/octet-stream");
  });
  EXPECT_TRUE(exchange(kRequest).ends_with(std::string(3'000'000, 'x')));
}

TEST_F(TlsTest, plain_text_and_silence_do_not_hold_a_connection) {
  start({.tls = pair("server"), .header_timeout = std::chrono::milliseconds(100)}, echo());
  TestClient plain = client();
  ASSERT_TRUE(plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  TestClient silent = client();
  EXPECT_EQ(silent.read_to_end(), "");
  wait_until([&] { return server().stats().connection_count == 0; });
  EXPECT_EQ(server().stats().timeout_count, 1u);
  EXPECT_EQ(server().stats().request_count, 0u);
}

TEST_F(TlsTest, a_request_that_does_not_end_is_408_over_tls_too) {
  start({.tls = pair("server"), .header_timeout = std::chrono::milliseconds(100)}, echo());
  EXPECT_TRUE(exchange("GET / HT").starts_with("HTTP/1.1 408 "));
}

TEST_F(TlsTest, says_which_file_cannot_be_used) {
  write_pair("other");
  std::ofstream(folder_ / "garbage.crt") << "not a certificate";
  struct Case {
    TlsOptions options;
    std::string where;
  };
  const Case cases[] = {
      {{file("missing.crt"), file("server.key")}, file("missing.crt")},
      {{file("garbage.crt"), file("server.key")}, file("garbage.crt")},
      {{file("server.crt"), file("missing.key")}, file("missing.key")},
      {{file("server.crt"), file("other.key")}, file("other.key")},  // a pair they are not
  };
  for (const Case& one : cases) {
    const auto started = HttpServer::start({.tls = one.options}, echo());
    ASSERT_FALSE(started.has_value()) << one.where;
    EXPECT_EQ(started.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(started.error().where, one.where);
  }
}

}  // namespace
}  // namespace hq::net
