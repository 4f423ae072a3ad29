// The policies of hubs/hongqiao: each rule says why, nothing is unfinished, and what is assumed is
// said to be.
#include <gtest/gtest.h>

#include <cstdlib>

#include "hub/policies/policy_service.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao/policies";

const PolicyBook& hongqiao() {
  static const std::shared_ptr<const PolicyBook> book = [] {
    auto loaded = load_policies(kFolder);
    if (!loaded) ADD_FAILURE() << loaded.error().text();
    return loaded.value_or(std::make_shared<const PolicyBook>());
  }();
  return *book;
}

/// Calls `each` with every version of every policy.
template <class Each>
void for_each_version(Each each) {
  for (const auto& entry : hongqiao().entries()) {
    for (const rules::PolicyVersion& version : entry->policy.versions) {
      SCOPED_TRACE(entry->policy.id + " " + version.id);
      each(entry->policy, version);
    }
  }
}

TEST(HongqiaoPolicies, are_three) {
  std::vector<std::string> ids;
  for (const auto& entry : hongqiao().entries()) ids.push_back(entry->policy.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"class-a-b-medical-equipment", "departure-tax-refund",
                                           "foreign-professional-certificates"}));
}

TEST(HongqiaoPolicies, have_models_without_faults) {
  for_each_version([](const rules::Policy&, const rules::PolicyVersion& version) {
    EXPECT_TRUE(version.program->faults().empty()) << version.program->faults().front().text();
  });
}

TEST(HongqiaoPolicies, give_article_and_reason_in_both_languages_for_each_rule) {
  for_each_version([](const rules::Policy&, const rules::PolicyVersion& version) {
    for (const rules::Element& element : version.program->elements()) {
      if (element.logic == nullptr || element.logic->table == nullptr) continue;
      const rules::CompiledTable& table = *element.logic->table;
      EXPECT_EQ(table.annotations, (std::vector<std::string>{"article", "zh", "en"}))
          << element.name;
      for (const auto& rule : table.rules) {
        for (const std::string& text : rule.annotations) EXPECT_FALSE(text.empty()) << element.name;
      }
    }
  });
}

TEST(HongqiaoPolicies, name_the_document_of_each_figure_that_is_sourced) {
  for (const auto& entry : hongqiao().entries()) {
    for (const rules::PolicyParameter& figure : entry->policy.parameters) {
      for (const rules::ParameterValue& value : figure.values) {
        EXPECT_TRUE(value.basis.is_assumed || value.basis.source.zh.size() > 6) << figure.name;
      }
    }
  }
}

TEST(HongqiaoPolicies, put_what_is_assumed_on_both_cards) {
  for (const auto& entry : hongqiao().entries()) {
    EXPECT_NE(entry->card.zh.find("假定"), std::string::npos) << entry->policy.id;
    EXPECT_NE(entry->card.en.find("assumed"), std::string::npos) << entry->policy.id;
  }
}

TEST(HongqiaoPolicies, never_say_yes_where_nothing_is_known) {
  for_each_version([](const rules::Policy& policy, const rules::PolicyVersion& version) {
    const Date day = std::max(version.validity.effective_from, version.validity.known_since);
    const auto law = rules::in_force(policy, version, day, day);
    ASSERT_TRUE(law) << law.error().text();
    const auto decided = rules::decide(*law, {});
    ASSERT_TRUE(decided) << decided.error().text();
    EXPECT_EQ(decided->verdict, rules::Verdict::depends);
    EXPECT_TRUE(decided->answer.reports.empty()) << decided->answer.reports.front().en;
  });
}

TEST(HongqiaoPolicies, follow_the_schema_of_dmn) {
  const fs::path schema = fs::path(HQ_SHARED_DIR) / "data/dmn-tck/DMN15.xsd";
  if (!fs::exists(schema)) GTEST_SKIP() << "there is no " << schema;
  if (std::system("command -v xmllint >/dev/null") != 0) GTEST_SKIP() << "there is no xmllint";
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(kFolder)) {
    if (file.path().extension() != ".dmn") continue;
    const std::string command = "xmllint --noout --nonet --schema '" + schema.string() + "' '" +
                                file.path().string() + "' 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << file.path();
  }
}

}  // namespace
}  // namespace hq::hub
