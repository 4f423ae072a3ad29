// Name: one text in both languages of the hub. A value.
#pragma once

#include <boost/describe.hpp>
#include <string>

namespace hq::hub {

struct Name {
  std::string zh;
  std::string en;

  bool operator==(const Name&) const = default;
};
BOOST_DESCRIBE_STRUCT(Name, (), (zh, en))

}  // namespace hq::hub
