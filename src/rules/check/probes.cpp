#include "rules/check/probes.h"

#include <map>
#include <utility>

#include "rules/feel/turning_points.h"

namespace hq::rules {

std::optional<std::vector<Value>> probes_of(const std::vector<const Expression*>& tests,
                                            TypeKind kind, const Scope& scope) {
  Evaluation evaluation{EvaluationOptions{}};
  std::map<TypeKind, std::vector<Value>> by_kind;
  for (const Expression* test : tests) {
    const auto points = turning_points(*test, scope, evaluation);
    if (!points) return std::nullopt;
    for (const Value& point : *points) by_kind[kind_of(point)].push_back(point);
  }
  std::size_t count = 0;
  for (const auto& [of_kind, points] : by_kind) count += points.size();
  if (count > kProbesMax) return std::nullopt;
  const bool is_any = kind == TypeKind::any;
  std::vector<Value> probes;
  for (auto& [of_kind, points] : by_kind) {
    if (!is_any && of_kind != kind) continue;
    if (has_differences(points.front())) {
      for (Piece& piece : pieces_of(std::move(points))) probes.push_back(std::move(piece.probe));
    } else if (of_kind != TypeKind::boolean) {
      for (Value& point : points) probes.push_back(std::move(point));
    }
  }
  if (kind == TypeKind::boolean || (is_any && by_kind.contains(TypeKind::boolean))) {
    probes.emplace_back(true);
    probes.emplace_back(false);
  } else if (is_any || kind == TypeKind::string || probes.empty()) {
    probes.emplace_back("\x01");  // no test names it
  }
  return probes;
}

}  // namespace hq::rules
