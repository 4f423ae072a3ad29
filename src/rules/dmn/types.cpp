#include "rules/dmn/types.h"

#include <utility>

#include "base/text.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

/// Names of earlier versions of DMN.
constexpr std::pair<std::string_view, TypeKind> kOldNames[] = {
    {"dateTime", TypeKind::date_time},
    {"dayTimeDuration", TypeKind::days_duration},
    {"yearMonthDuration", TypeKind::months_duration},
};

std::string_view without_prefix(std::string_view reference) {
  reference = trimmed(reference, " \t\r\n");
  const std::size_t colon = reference.rfind(':');
  return colon == std::string_view::npos || reference.contains('<') ? reference
                                                                    : reference.substr(colon + 1);
}

}  // namespace

TypePtr built_in_type_of(std::string_view reference) {
  const std::string_view name = without_prefix(reference);
  for (const auto& [old, kind] : kOldNames) {
    if (old == name) return simple(kind);
  }
  const auto kind = built_in_type(name);
  // A list, context or function without parameters is written by its bare name.
  return kind ? simple(*kind) : nullptr;
}

/// Makes the types of all models, each when it is first asked for.
class TypeTable::Maker {
 public:
  Maker(const std::vector<Model>& models, TypeTable& table) : models_(models), table_(table) {
    for (const Model& model : models) {
      auto& items = items_.emplace_back();
      for (const ItemDefinition& item : model.item_definitions) items.try_emplace(item.name, &item);
    }
    running_.resize(models.size());
  }

  TypePtr find(std::size_t model, std::string_view reference) {
    if (TypePtr built_in = built_in_type_of(reference)) return built_in;
    const std::string name = normalised_name(without_prefix(reference));
    if (const auto item = items_[model].find(name); item != items_[model].end()) {
      return defined(model, *item->second);
    }
    for (const Import& import : models_[model].imports) {
      const auto target = model_of(import.name_space);
      if (!target || *target == model) continue;
      if (import.name.empty()) {
        if (items_[*target].contains(name)) return find(*target, name);
      } else if (name.starts_with(import.name + ".")) {
        return find(*target, std::string_view(name).substr(import.name.size() + 1));
      }
    }
    return nullptr;
  }

 private:
  std::optional<std::size_t> model_of(std::string_view name_space) const {
    for (std::size_t i = 0; i < models_.size(); ++i) {
      if (models_[i].name_space == name_space) return i;
    }
    return std::nullopt;
  }

  TypePtr defined(std::size_t model, const ItemDefinition& item) {
    auto& made = table_.types_[model];
    if (const auto found = made.find(item.name); found != made.end()) return found->second;
    if (!running_[model].insert(item.name).second) return simple(TypeKind::any);
    TypePtr type = make(model, item);
    running_[model].erase(item.name);
    made.emplace(item.name, type);
    return type;
  }

  /// The type that a reference names; any, and a fault, where there is none.
  TypePtr referred(std::size_t model, const ItemDefinition& item, std::string_view reference) {
    if (trimmed(reference, " \t\r\n").empty()) return simple(TypeKind::any);
    if (TypePtr type = find(model, reference)) return type;
    const std::string name(reference);
    add_fault(model, item,
              fail(ErrorCode::not_found, "unknown type " + name, "未知类型 " + name).error());
    return simple(TypeKind::any);
  }

  TypePtr make(std::size_t model, const ItemDefinition& item) {
    auto type = std::make_shared<Type>();
    if (!item.components.empty()) {
      type->kind = TypeKind::context;
      for (const ItemDefinition& component : item.components) {
        table_.members_.insert(component.name);
        type->members.push_back({component.name, make(model, component)});
      }
    } else if (item.is_function) {
      type->kind = TypeKind::function;
      for (const Variable& parameter : item.parameters) {
        type->members.push_back({parameter.name, referred(model, item, parameter.type_ref)});
      }
      type->result = referred(model, item, item.result_ref);
    } else {
      *type = *referred(model, item, item.type_ref);
    }
    type->name = item.name;
    if (item.is_collection) {
      auto list = std::make_shared<Type>();
      list->kind = TypeKind::list;
      list->name = item.name;
      type->name.clear();
      list->element = std::move(type);
      type = std::move(list);
    }
    restrict(model, item, *type);
    return type;
  }

  void restrict(std::size_t model, const ItemDefinition& item, Type& type) {
    const auto parsed = [&](const std::string& text) -> std::shared_ptr<const Expression> {
      if (text.empty()) return nullptr;
      auto tests = parse_unary_tests(text, {});
      if (tests) return std::move(*tests);
      add_fault(model, item, tests.error());
      return nullptr;
    };
    // What a type has of the one it is made from stays in force: as the constraint of the whole.
    if (auto allowed = parsed(item.allowed)) {
      if (type.allowed != nullptr && type.constraint == nullptr) type.constraint = type.allowed;
      type.allowed = std::move(allowed);
    }
    if (auto constraint = parsed(item.constraint)) type.constraint = std::move(constraint);
  }

  void add_fault(std::size_t model, const ItemDefinition& item, Error why) {
    const std::string line = std::to_string(item.place.line);
    table_.faults_.push_back(
        std::move(why).at(models_[model].file + ":" + line + ": " + item.name));
  }

  const std::vector<Model>& models_;
  TypeTable& table_;
  std::vector<std::map<std::string, const ItemDefinition*, std::less<>>> items_;
  std::vector<std::set<std::string>> running_;
};

TypeTable::TypeTable(const std::vector<Model>& models)
    : types_(models.size()), names_(models.size()) {
  Maker maker(models, *this);
  for (std::size_t i = 0; i < models.size(); ++i) {
    for (const ItemDefinition& item : models[i].item_definitions) {
      maker.find(i, item.name);
      names_[i].push_back(item.name);
    }
  }
  // With their prefixes, and those that are imported without one.
  for (std::size_t i = 0; i < models.size(); ++i) {
    for (const Import& import : models[i].imports) {
      for (const Model& other : models) {
        if (other.name_space != import.name_space || &other == &models[i]) continue;
        for (const ItemDefinition& item : other.item_definitions) {
          const std::string name = import.name.empty() ? item.name : import.name + "." + item.name;
          if (TypePtr type = maker.find(i, name)) types_[i].try_emplace(name, std::move(type));
          names_[i].push_back(name);
        }
      }
    }
  }
}

TypePtr TypeTable::find(std::size_t model, std::string_view reference) const {
  if (TypePtr built_in = built_in_type_of(reference)) return built_in;
  const std::string name = normalised_name(without_prefix(reference));
  const auto found = types_[model].find(name);
  if (found != types_[model].end()) return found->second;
  if (!name.contains('<')) return nullptr;
  // "list<string>": a type expression of FEEL.
  const auto written = parse_type(name, {});
  if (!written) return nullptr;
  EvaluationOptions options;
  options.find_type = [this, model](std::string_view inner) { return find(model, inner); };
  const Evaluation evaluation(std::move(options));
  return resolve(*written, evaluation);
}

}  // namespace hq::rules
