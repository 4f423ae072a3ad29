#include "hub/policies/policy_book.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/csv.h"
#include "base/file.h"
#include "base/hash.h"
#include "hub/toml/toml.h"
#include "rules/dmn/reader.h"
#include "rules/feel/parser.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;
using rules::Value;
using rules::Wording;

std::unexpected<Error> wrong(std::string en, std::string zh, std::string where) {
  return fail(ErrorCode::parse_error, std::move(en), std::move(zh), std::move(where));
}

Result<Wording> wording(const TomlTable& table, const std::string& key) {
  Wording both;
  HQ_TRY(both.zh, table.text(key + "_zh"));
  HQ_TRY(both.en, table.text(key + "_en"));
  return both;
}

Result<Wording> optional_wording(const TomlTable& table, const std::string& key) {
  Wording both;
  HQ_TRY(both.zh, table.optional_text(key + "_zh"));
  HQ_TRY(both.en, table.optional_text(key + "_en"));
  return both;
}

/// A value as FEEL writes it: 200, "text", @"2026-01-01".
Result<Value> literal(std::string_view text, const std::string& where) {
  const auto tree = rules::parse_expression(text, rules::Names());
  if (!tree) return wrong(tree.error().text(), tree.error().text(Language::zh), where);
  rules::Evaluation evaluation({});
  Value value = rules::evaluate(**tree, rules::Scope(), evaluation);
  if (value.reason() == nullptr) return value;
  return wrong(value.reason()->en, value.reason()->zh, where);
}

Result<hq::Date> date(std::string_view text, const std::string& where) {
  auto day = parse_date(text);
  if (!day) return std::unexpected(std::move(day).error().at(where));
  return *day;
}

Result<std::optional<hq::Date>> optional_date(std::string_view text, const std::string& where) {
  if (text.empty()) return std::optional<hq::Date>();
  HQ_TRY(const hq::Date day, date(text, where));
  return std::optional(day);
}

Result<bool> is_assumed(std::string_view basis, const std::string& where) {
  if (basis == "assumed" || basis == "sourced") return basis == "assumed";
  return wrong("the basis is sourced or assumed", "依据（basis）应为 sourced 或 assumed", where);
}

Result<> check_period(hq::Date from, const std::optional<hq::Date>& to, const std::string& where) {
  if (!to || from < *to) return {};
  return wrong("effective_to is the first day on which it no longer holds, after effective_from",
               "effective_to 是失效首日，须晚于 effective_from", where);
}

Result<rules::Basis> basis_of(const TomlTable& table) {
  rules::Basis basis;
  HQ_TRY(const std::string word, table.text("basis"));
  HQ_TRY(basis.is_assumed, is_assumed(word, table.where("basis")));
  HQ_TRY(basis.source, wording(table, "source"));
  HQ_TRY(basis.url, table.optional_text("url"));
  return basis;
}

Result<hq::Date> day_of(const TomlTable& table, std::string_view key) {
  HQ_TRY(const std::string text, table.text(key));
  return date(text, table.where(key));
}

Result<std::optional<hq::Date>> end_of(const TomlTable& table) {
  HQ_TRY(const std::string text, table.optional_text("effective_to"));
  return optional_date(text, table.where("effective_to"));
}

/// The values that are listed, with their labels; none where no list is there.
Result<std::vector<rules::PolicyFact::Choice>> choices(const TomlTable& table) {
  std::vector<rules::PolicyFact::Choice> choices;
  if (!table.has("values")) return choices;
  HQ_TRY(const auto values, table.texts("values"));
  HQ_TRY(const auto zh, table.texts("values_zh"));
  HQ_TRY(const auto en, table.texts("values_en"));
  if (zh.size() != values.size() || en.size() != values.size()) {
    return wrong("values, values_zh and values_en have as many texts each",
                 "values、values_zh、values_en 的数目应相同", table.where("values"));
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    choices.push_back({Value(values[i]), {en[i], zh[i]}});
  }
  return choices;
}

/// Reads one folder.
class PolicyReader {
 public:
  explicit PolicyReader(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<const PolicyEntry>> read();

 private:
  Result<> read_head();
  Result<> read_outcome(const TomlTable& table);
  Result<> read_version(const TomlTable& table);
  Result<> read_fact(const TomlTable& table);
  Result<> read_limits(const TomlTable& table, rules::PolicyFact& fact);
  Result<> read_term(const TomlTable& table);
  Result<> read_trust(const TomlTable& table);
  Result<> read_parameters();
  Result<rules::ParameterValue> read_parameter(const CsvReader& csv);
  Result<std::string> file(const std::string& name) const { return read_file(folder_ / name); }
  /// In the newest version that has it; nullptr where none has.
  rules::TypePtr type_of(std::string_view input) const;

  rules::Policy& policy() { return entry_->policy; }

  fs::path folder_;
  TomlDocument document_;
  std::unique_ptr<PolicyEntry> entry_ = std::make_unique<PolicyEntry>();
};

Result<> PolicyReader::read_head() {
  const TomlTable& root = document_.root;
  constexpr std::string_view kKeys[] = {"id",         "title_zh", "title_en", "summary_zh",
                                        "summary_en", "articles", "decision", "result"};
  HQ_TRY_VOID(root.check_keys(kKeys));
  HQ_TRY(policy().id, root.text("id"));
  if (policy().id != folder_.filename()) {
    return wrong("the id is not the name of the folder", "id 与文件夹名称不一致", root.where("id"));
  }
  HQ_TRY(policy().title, wording(root, "title"));
  HQ_TRY(policy().summary, wording(root, "summary"));
  HQ_TRY(policy().articles, root.texts("articles"));
  HQ_TRY(policy().decision, root.text("decision"));
  HQ_TRY(policy().result, root.optional_text("result"));
  for (const TomlTable& table : document_.tables) {
    constexpr std::string_view kTables[] = {"outcomes", "versions", "facts", "trust", "terms"};
    if (std::ranges::find(kTables, table.name()) != std::end(kTables)) continue;
    return wrong("the tables are [[outcomes]], [[versions]], [[facts]], [[trust]] and [[terms]]",
                 "可用的表：[[outcomes]]、[[versions]]、[[facts]]、[[trust]]、[[terms]]",
                 table.where(""));
  }
  return {};
}

Result<> PolicyReader::read_outcome(const TomlTable& table) {
  constexpr std::string_view kKeys[] = {"value", "verdict", "label_zh", "label_en"};
  HQ_TRY_VOID(table.check_keys(kKeys));
  rules::PolicyOutcome outcome;
  HQ_TRY(std::string value, table.text("value"));
  outcome.value = Value(std::move(value));
  HQ_TRY(const std::string verdict, table.text("verdict"));
  HQ_TRY(outcome.label, wording(table, "label"));
  for (const auto one : {rules::Verdict::yes, rules::Verdict::no, rules::Verdict::depends}) {
    if (verdict != boost::describe::enum_to_string(one, "")) continue;
    outcome.verdict = one;
    policy().outcomes.push_back(std::move(outcome));
    return {};
  }
  return wrong("a verdict is yes, no or depends", "结论（verdict）应为 yes、no 或 depends",
               table.where("verdict"));
}

Result<> PolicyReader::read_version(const TomlTable& table) {
  constexpr std::string_view kKeys[] = {"id",          "model",   "effective_from", "effective_to",
                                        "known_since", "basis",   "source_zh",      "source_en",
                                        "url",         "note_zh", "note_en"};
  HQ_TRY_VOID(table.check_keys(kKeys));
  rules::PolicyVersion version;
  HQ_TRY(version.id, table.text("id"));
  if (policy().find_version(version.id) != nullptr) {
    return wrong("the id stands twice", "版本 id 重复", table.where("id"));
  }
  HQ_TRY(version.validity.effective_from, day_of(table, "effective_from"));
  HQ_TRY(version.validity.effective_to, end_of(table));
  HQ_TRY(version.validity.known_since, day_of(table, "known_since"));
  HQ_TRY_VOID(check_period(version.validity.effective_from, version.validity.effective_to,
                           table.where("effective_to")));
  HQ_TRY(version.basis, basis_of(table));
  HQ_TRY(version.note, optional_wording(table, "note"));
  HQ_TRY(const std::string model, table.text("model"));
  HQ_TRY(const std::string xml, file(model));
  version.model_hash = to_hex(sha256(xml));
  std::vector<rules::Model> models;
  HQ_TRY(models.emplace_back(), rules::read_model(xml, (folder_ / model).string()));
  HQ_TRY(version.program, rules::compile(models));
  policy().versions.push_back(std::move(version));
  return {};
}

rules::TypePtr PolicyReader::type_of(std::string_view input) const {
  const auto& versions = entry_->policy.versions;
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    const auto index = version->program->find(rules::ElementKind::input_data, input);
    if (!index) continue;
    const rules::TypePtr& type = version->program->element(*index).type;
    return type != nullptr ? type : rules::simple(rules::TypeKind::any);
  }
  return nullptr;
}

Result<> PolicyReader::read_limits(const TomlTable& table, rules::PolicyFact& fact) {
  for (auto [key, end] : {std::pair("min", &fact.min), std::pair("max", &fact.max)}) {
    if (!table.has(key)) continue;
    HQ_TRY(const std::string text, table.text(key));
    HQ_TRY(Value value, literal(text, table.where(key)));
    if (!rules::conforms(value, *fact.type)) {
      return wrong("this is of another type than the fact", "与该事实的类型不符", table.where(key));
    }
    *end = std::move(value);
  }
  for (auto [key, number] :
       {std::pair("step", &fact.step), std::pair("change_weight", &fact.change_weight)}) {
    if (!table.has(key)) continue;
    HQ_TRY(const std::string text, table.text(key));
    *number = Decimal::parse(text);
    if (*number && !(*number)->is_negative() && !(*number)->is_zero()) continue;
    return wrong("this is a number greater than 0", "应为大于 0 的数", table.where(key));
  }
  return {};
}

Result<> PolicyReader::read_fact(const TomlTable& table) {
  constexpr std::string_view kKeys[] = {
      "name",   "label_zh",   "label_en",       "question_zh",    "question_en",  "unit",
      "min",    "max",        "step",           "values",         "values_zh",    "values_en",
      "origin", "credential", "data_source_zh", "data_source_en", "change_weight"};
  HQ_TRY_VOID(table.check_keys(kKeys));
  rules::PolicyFact fact;
  HQ_TRY(fact.name, table.text("name"));
  fact.type = type_of(fact.name);
  if (fact.type == nullptr || policy().find_fact(fact.name) != nullptr) {
    return wrong("this is no input datum of any version, or stands twice",
                 "没有任何版本的模型有此输入数据，或其重复", table.where("name"));
  }
  HQ_TRY(fact.label, wording(table, "label"));
  HQ_TRY(fact.question, wording(table, "question"));
  HQ_TRY(fact.unit, table.optional_text("unit"));
  HQ_TRY_VOID(read_limits(table, fact));
  HQ_TRY(fact.choices, choices(table));
  HQ_TRY(const std::string origin, table.text("origin"));
  constexpr std::string_view kOrigins[] = {"data", "asked", "judgement"};
  const auto found = std::ranges::find(kOrigins, origin);
  if (found == std::end(kOrigins)) {
    return wrong("an origin is data, asked or judgement",
                 "来源（origin）应为 data、asked 或 judgement", table.where("origin"));
  }
  fact.origin = static_cast<rules::FactOrigin>(found - std::begin(kOrigins));
  HQ_TRY(fact.data_source, optional_wording(table, "data_source"));
  HQ_TRY(fact.claim, table.optional_text("credential"));
  policy().facts.push_back(std::move(fact));
  return {};
}

Result<> PolicyReader::read_term(const TomlTable& table) {
  constexpr std::string_view kKeys[] = {"name",   "label_zh",  "label_en",
                                        "values", "values_zh", "values_en"};
  HQ_TRY_VOID(table.check_keys(kKeys));
  rules::PolicyTerm term;
  HQ_TRY(term.name, table.text("name"));
  HQ_TRY(term.label, wording(table, "label"));
  HQ_TRY(term.values, choices(table));
  policy().terms.push_back(std::move(term));
  return {};
}

Result<> PolicyReader::read_trust(const TomlTable& table) {
  constexpr std::string_view kKeys[] = {"fact",  "issuer",         "type",
                                        "basis", "source_zh",      "source_en",
                                        "url",   "effective_from", "effective_to"};
  HQ_TRY_VOID(table.check_keys(kKeys));
  rules::PolicyTrust trust;
  HQ_TRY(trust.fact, table.text("fact"));
  HQ_TRY(trust.issuer, table.text("issuer"));
  HQ_TRY(trust.type, table.text("type"));
  HQ_TRY(trust.effective_from, day_of(table, "effective_from"));
  HQ_TRY(trust.effective_to, end_of(table));
  HQ_TRY_VOID(check_period(trust.effective_from, trust.effective_to, table.where("effective_to")));
  HQ_TRY(trust.basis, basis_of(table));
  policy().trusts.push_back(std::move(trust));
  return {};
}

Result<rules::ParameterValue> PolicyReader::read_parameter(const CsvReader& csv) {
  const auto cell = [&](std::string_view name) { return csv.cell(csv.column(name)); };
  const auto at = [&](std::string_view name) { return csv.where(csv.column(name)); };
  rules::ParameterValue value;
  HQ_TRY(value.value, literal(cell("value"), at("value")));
  HQ_TRY(value.validity.effective_from, date(cell("effective_from"), at("effective_from")));
  HQ_TRY(value.validity.effective_to, optional_date(cell("effective_to"), at("effective_to")));
  HQ_TRY(value.validity.known_since, date(cell("known_since"), at("known_since")));
  HQ_TRY_VOID(
      check_period(value.validity.effective_from, value.validity.effective_to, at("effective_to")));
  HQ_TRY(value.basis.is_assumed, is_assumed(cell("basis"), at("basis")));
  value.basis.source = {std::string(cell("source_en")), std::string(cell("source_zh"))};
  value.basis.url = cell("url");
  if (value.basis.source.en.empty() || value.basis.source.zh.empty()) {
    return wrong("a figure has a source, or says why it is assumed, in both languages",
                 "每个数值须以两种语言写明来源或假定理由", at("source_zh"));
  }
  return value;
}

Result<> PolicyReader::read_parameters() {
  if (!fs::exists(folder_ / "parameters.csv")) return {};
  HQ_TRY(const std::string bytes, file("parameters.csv"));
  HQ_TRY(CsvReader csv, CsvReader::open(bytes, (folder_ / "parameters.csv").string()));
  for (const std::string_view column :
       {"name", "value", "effective_from", "effective_to", "known_since", "basis", "source_zh",
        "source_en", "url", "label_zh", "label_en", "unit"}) {
    HQ_TRY_VOID(csv.require_column(column));
  }
  while (csv.next()) {
    const auto cell = [&](std::string_view name) {
      return std::string(csv.cell(csv.column(name)));
    };
    const std::string name = cell("name");
    if (csv.row_is_broken() || type_of(name) == nullptr) {
      return wrong("no version has this input datum: " + name,
                   "没有任何版本的模型有此输入数据：" + name, csv.where(csv.column("name")));
    }
    HQ_TRY(rules::ParameterValue value, read_parameter(csv));
    if (!rules::conforms(value.value, *type_of(name))) {
      return wrong("the value is of another type than the input datum", "取值与输入数据的类型不符",
                   csv.where(csv.column("value")));
    }
    auto& all = policy().parameters;
    auto found = std::ranges::find(all, name, &rules::PolicyParameter::name);
    if (found == all.end()) {
      all.push_back({name, {cell("label_en"), cell("label_zh")}, cell("unit"), {}});
      found = std::prev(all.end());
    }
    found->values.push_back(std::move(value));
  }
  return {};
}

Result<std::unique_ptr<const PolicyEntry>> PolicyReader::read() {
  HQ_TRY(const std::string bytes, file("policy.toml"));
  HQ_TRY(document_, parse_toml(bytes, (folder_ / "policy.toml").string()));
  HQ_TRY_VOID(read_head());
  // Facts and parameters need the types of the models, so the versions come first.
  using Read = Result<> (PolicyReader::*)(const TomlTable&);
  for (const auto& [name, read] :
       {std::pair<std::string_view, Read>("outcomes", &PolicyReader::read_outcome),
        {"versions", &PolicyReader::read_version},
        {"facts", &PolicyReader::read_fact},
        {"trust", &PolicyReader::read_trust},
        {"terms", &PolicyReader::read_term}}) {
    for (const TomlTable* table : document_.list(name)) HQ_TRY_VOID((this->*read)(*table));
  }
  HQ_TRY_VOID(read_parameters());
  HQ_TRY(entry_->card.zh, file("card.zh.md"));
  HQ_TRY(entry_->card.en, file("card.en.md"));
  if (auto whole = rules::check_policy(policy()); !whole) {
    return std::unexpected(std::move(whole).error().at((folder_ / "policy.toml").string()));
  }
  return std::unique_ptr<const PolicyEntry>(std::move(entry_));
}

}  // namespace

const PolicyEntry* PolicyBook::find(std::string_view id) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const auto& entry) { return entry->policy.id == id; });
  return found == entries_.end() ? nullptr : found->get();
}

Result<const PolicyEntry*> PolicyBook::get(std::string_view id) const {
  if (const PolicyEntry* entry = find(id)) return entry;
  std::string known;
  for (const auto& entry : entries_) known += (known.empty() ? "" : ", ") + entry->policy.id;
  return fail(ErrorCode::not_found,
              "there is no policy '" + std::string(id) + "'; there are: " + known,
              "没有政策“" + std::string(id) + "”；现有：" + known, "policy");
}

Result<std::unique_ptr<const PolicyEntry>> load_policy(const fs::path& folder) {
  return PolicyReader(folder).read();
}

Result<std::shared_ptr<const PolicyBook>> load_policies(const fs::path& folder) {
  std::vector<std::unique_ptr<const PolicyEntry>> entries;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    if (!each->is_directory()) continue;
    HQ_TRY(entries.emplace_back(), load_policy(each->path()));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::io_error, error.message(), error.message(), folder.string());
  }
  std::ranges::sort(entries, {}, [](const auto& entry) { return entry->policy.id; });
  return std::make_shared<const PolicyBook>(std::move(entries));
}

}  // namespace hq::hub
