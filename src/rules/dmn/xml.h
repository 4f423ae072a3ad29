// XmlText: a parsed XML document with what pugixml leaves to its user: local names, whole texts,
// lines, and limits.
//
// Owns the document; nodes are good while it lives. One thread at a time.
//
//   HQ_TRY(const XmlText xml, XmlText::parse(bytes, "loan.dmn", {}));
//   for (pugi::xml_node node : xml.root()) if (local_name(node) == "decision") ...
#pragma once

#include <pugixml.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/dmn/reader.h"

namespace hq::rules {

/// Without the prefix.
std::string_view local_name(const pugi::xml_node& node);
/// The first element with that local name; a null node where there is none.
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);
/// The attribute with that local name, "" where there is none.
std::string_view attribute(const pugi::xml_node& node, std::string_view name);
/// All the text within, comments left out.
std::string text_of(const pugi::xml_node& node);

class XmlText {
 public:
  static Result<XmlText> parse(std::string_view bytes, std::string_view file,
                               const ReaderLimits& limits);

  pugi::xml_node root() const { return document_->document_element(); }
  uint32_t line(const pugi::xml_node& node) const;
  uint32_t line_at(std::ptrdiff_t offset) const;
  /// "file:line"
  std::string where(const pugi::xml_node& node) const;

 private:
  std::unique_ptr<pugi::xml_document> document_;
  std::vector<std::ptrdiff_t> line_ends_;
  std::string file_;
};

}  // namespace hq::rules
