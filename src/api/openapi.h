// The text of openapi.json, which the server serves and tests compare routes with.
#pragma once

#include <string_view>

namespace hq::api {

std::string_view openapi_text();

}  // namespace hq::api
