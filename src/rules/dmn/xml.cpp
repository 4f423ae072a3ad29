#include "rules/dmn/xml.h"

#include <algorithm>

namespace hq::rules {
namespace {

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Counts elements and their depth before anything walks the tree by recursion.
struct Measure : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node& /*node*/) override {
    ++count;
    deepest = std::max(deepest, depth());
    return true;
  }
  std::size_t count = 0;
  int deepest = 0;
};

}  // namespace

std::string_view local_name(const pugi::xml_node& node) {
  return without_prefix(node.name());
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node one : node) {
    if (one.type() == pugi::node_element && local_name(one) == name) return one;
  }
  return {};
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute one : node.attributes()) {
    if (without_prefix(one.name()) == name) return one.value();
  }
  return {};
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node one : node) {
    if (one.type() == pugi::node_pcdata || one.type() == pugi::node_cdata) text += one.value();
  }
  return text;
}

Result<XmlText> XmlText::parse(std::string_view bytes, std::string_view file,
                               const ReaderLimits& limits) {
  if (bytes.size() > limits.bytes_max) {
    return fail(ErrorCode::too_large,
                "the XML has over " + std::to_string(limits.bytes_max) + " bytes",
                "XML 超过 " + std::to_string(limits.bytes_max) + " 字节", std::string(file));
  }
  XmlText xml;
  xml.file_ = file;
  xml.document_ = std::make_unique<pugi::xml_document>();
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    xml.line_ends_.push_back(static_cast<std::ptrdiff_t>(at));
  }
  // Blanks between elements are dropped, but a text of blanks alone is a text.
  const pugi::xml_parse_result parsed = xml.document_->load_buffer(
      bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) {
    return fail(
        ErrorCode::parse_error, std::string("this is no well-formed XML: ") + parsed.description(),
        "不是格式良好的 XML", std::string(file) + ":" + std::to_string(xml.line_at(parsed.offset)));
  }
  Measure measure;
  xml.document_->traverse(measure);
  if (measure.deepest > limits.depth_max || measure.count > limits.elements_max) {
    return fail(ErrorCode::limit_exceeded,
                "the XML is nested deeper than " + std::to_string(limits.depth_max) +
                    " elements, or has over " + std::to_string(limits.elements_max),
                "XML 嵌套超过 " + std::to_string(limits.depth_max) + " 层，或元素超过 " +
                    std::to_string(limits.elements_max) + " 个",
                std::string(file));
  }
  return xml;
}

uint32_t XmlText::line_at(std::ptrdiff_t offset) const {
  const auto end = std::ranges::lower_bound(line_ends_, offset);
  return static_cast<uint32_t>(end - line_ends_.begin()) + 1;
}

uint32_t XmlText::line(const pugi::xml_node& node) const {
  return line_at(node.offset_debug());
}

std::string XmlText::where(const pugi::xml_node& node) const {
  return file_ + ":" + std::to_string(line(node));
}

}  // namespace hq::rules
