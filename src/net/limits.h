// Every bound of net/ on what a peer can make us do, in one place.
//
// Those that a site may want to change are defaults of ServerOptions (http_server.h); the others
// are fixed. Beyond a bound the answer is a problem+json with the status named here, or the
// connection ends; memory never grows with what a peer sends.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hq::net {

inline constexpr std::size_t kKibibyte = 1024;

// One request.
inline constexpr std::size_t kHeaderBytesMax = 16 * kKibibyte;  // request line and fields: 431
inline constexpr std::size_t kTargetBytesMax = 8 * kKibibyte;   // the request target: 414
inline constexpr std::size_t kHeaderCountMax = 100;             // fields: 431
inline constexpr std::size_t kQueryParameterCountMax = 256;     // 400
inline constexpr std::size_t kChunkOverheadBytesMax = 4096;     // one chunk header or trailer: 400
inline constexpr std::size_t kRequestIdBytesMax = 64;           // a longer one is replaced
inline constexpr uint64_t kBodyBytesMax = 1024 * kKibibyte;     // 413
inline constexpr uint64_t kBodyBytesTotalMax = 256 * kBodyBytesMax;  // all bodies held: 503

// Connections.
inline constexpr std::size_t kConnectionCountMax = 8192;
inline constexpr uint64_t kRequestsPerConnectionMax = 100'000;
inline constexpr std::size_t kRefusalCountMax = 64;  // newcomers told 503; more are just closed
inline constexpr int kListenBacklog = 1024;
inline constexpr std::size_t kReadBytes = 4 * kKibibyte;          // one read of a header
inline constexpr std::size_t kBodyReadBytes = 64 * kKibibyte;     // one read of a body
inline constexpr std::size_t kJoinedWriteBytes = 16 * kKibibyte;  // head and body as one write
inline constexpr std::size_t kWritePieceBytes = 128 * kKibibyte;  // one write, one write timeout
inline constexpr std::size_t kProgressBytes = 64 * kKibibyte;     // of a body, one body timeout
// Thrown away after an error: a whole body, or its sender could lose the answer to a reset.
inline constexpr std::size_t kLingerBytesMax = kBodyBytesMax + 256 * kKibibyte;

// Time.
inline constexpr std::chrono::milliseconds kHeaderTimeout{10'000};  // first to last byte: 408
inline constexpr std::chrono::milliseconds kBodyTimeout{20'000};    // per kProgressBytes: 408
inline constexpr std::chrono::milliseconds kIdleTimeout{60'000};    // between two requests
inline constexpr std::chrono::milliseconds kWriteTimeout{20'000};   // per kWritePieceBytes
inline constexpr std::chrono::milliseconds kAnswerTimeout{30'000};  // of a Reply: 504
inline constexpr std::chrono::milliseconds kLingerTimeout{1'000};
inline constexpr std::chrono::milliseconds kStopGrace{10'000};
inline constexpr std::chrono::milliseconds kAcceptRetry{50};  // after no descriptor was free

// Handlers.
inline constexpr std::size_t kWorkerQueueMax = 1024;  // requests waiting for a thread: 503
inline constexpr std::chrono::milliseconds kWorkerWaitMax{500};  // of the first of them: 503
inline constexpr int kRetryAfterSeconds = 1;

// Server-sent events, per client.
inline constexpr std::size_t kEventBacklogBytesMax = 1024 * kKibibyte;
inline constexpr std::size_t kEventBacklogCountMax = 4096;
inline constexpr std::chrono::milliseconds kEventHeartbeat{15'000};

// Compression of answers made on the spot.
inline constexpr std::size_t kCompressBytesMin = 1024;
inline constexpr int kCompressLevel = 5;

}  // namespace hq::net
