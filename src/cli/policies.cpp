// hongqiao rules eval, explain, whatif, ask, prove, diff, readiness, replay, cases on policies.
#include "cli/policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "cli/problems.h"
#include "cli/sources.h"
#include "hub/policies/policy_cases.h"
#include "hub/policies/policy_service.h"

namespace hq::cli {
namespace {

namespace fs = std::filesystem;
using hub::PolicyService;

/// The policy that is named, alone in a book, and its id.
struct Named {
  std::shared_ptr<const hub::PolicyBook> book;
  std::string id;
};

/// Without a name: all of the hub's.
Result<Named> load(const PolicyOptions& options) {
  if (!options.policy.empty() && fs::exists(fs::path(options.policy) / "policy.toml")) {
    std::vector<std::unique_ptr<const hub::PolicyEntry>> entries;
    // Without a slash at its end, so that the name of the folder is what is compared with the id.
    const fs::path folder = fs::absolute(options.policy).lexically_normal();
    HQ_TRY(entries.emplace_back(),
           hub::load_policy(folder.has_filename() ? folder : folder.parent_path()));
    const std::string id = entries[0]->policy.id;
    return Named{std::make_shared<const hub::PolicyBook>(std::move(entries)), id};
  }
  HQ_TRY(const fs::path folder, find_hub_folder(options.hub));
  HQ_TRY(auto book, hub::load_policies(folder / "policies"));
  if (!options.policy.empty()) {
    HQ_TRY_VOID(book->get(options.policy));
  }
  return Named{std::move(book), options.policy};
}

Result<std::optional<Date>> day(const std::string& text, std::string_view option) {
  if (text.empty()) return std::optional<Date>();
  auto date = parse_date(text);
  if (!date) return std::unexpected(std::move(date).error().at(option));
  return std::optional(*date);
}

Result<JsonText> read_json(const std::string& file, std::string_view otherwise) {
  if (file.empty()) return JsonText{std::string(otherwise)};
  if (file == "-") {
    return JsonText{std::string(std::istreambuf_iterator<char>(std::cin), {})};
  }
  HQ_TRY(std::string text, read_file(file));
  return JsonText{std::move(text)};
}

/// Runs `take` on the policy and shows what it gives: as JSON, or by `show`, whose result is the
/// exit code.
template <class Take, class Show>
int run(const PolicyOptions& options, const Console& console, Take take, Show show) {
  const auto named = load(options);
  if (!named) return console.fail(named.error());
  const auto credentials = hub::CredentialService::open_without_keys();
  const PolicyService service(named->book, *credentials, "hongqiao " HQ_VERSION);
  const auto answer = take(service, named->id);
  if (!answer) return console.fail(answer.error());
  if (console.json()) console.line(to_json(*answer));
  return show(*answer);
}

/// A request that says which law and which facts.
template <class Request>
Result<Request> request_of(const PolicyOptions& options, const std::string& id) {
  Request request;
  request.policy = id;
  HQ_TRY(request.as_of, day(options.as_of, "--as-of"));
  HQ_TRY(request.known_at, day(options.known_at, "--known-at"));
  HQ_TRY(request.facts, read_json(options.input, "{}"));
  return request;
}

void note_assumed(bool is_assumed, const Console& console) {
  if (!is_assumed) return;
  console.note("this rests on figures or texts that are assumed; `rules explain` names them",
               "本结果含假定的数值或条文；`rules explain` 会逐一列出");
}

template <class Answer>
void show_law(const Answer& answer, const Console& console) {
  console.note(fmt::format("{}, version {}, law of {}", answer.policy, answer.version,
                           format_date(answer.as_of)),
               fmt::format("{}，版本 {}，适用日 {}", answer.policy, answer.version,
                           format_date(answer.as_of)));
}

auto decide(const PolicyOptions& options) {
  return [&options](const PolicyService& service,
                    const std::string& id) -> Result<hub::DecisionAnswer> {
    HQ_TRY(const auto request, request_of<hub::DecisionRequest>(options, id));
    return service.decide(request, now());
  };
}

/// What is asked about a whole version.
template <class Answer>
auto of_version(const PolicyOptions& options,
                Result<Answer> (PolicyService::*take)(std::string_view, std::optional<std::string>,
                                                      std::optional<Date>, Instant) const) {
  return [&options, take](const PolicyService& service, const std::string& id) -> Result<Answer> {
    HQ_TRY(const auto as_of, day(options.as_of, "--as-of"));
    const auto version = options.version.empty() ? std::nullopt : std::optional(options.version);
    return (service.*take)(id, version, as_of, now());
  };
}

void show_outcome(const hub::DecisionAnswer& answer, const Console& console) {
  console.line(fmt::format("{}: {}", boost::describe::enum_to_string(answer.verdict, ""),
                           console.choose(answer.label_en, answer.label_zh)));
}

Result<hub::WhatIfRequest> what_if_request(const PolicyOptions& options, const std::string& id) {
  HQ_TRY(auto request, request_of<hub::WhatIfRequest>(options, id));
  request.fixed = options.fixed;
  request.weights.emplace();
  for (const std::string& weight : options.weights) {
    const std::size_t at = weight.rfind('=');
    if (at == std::string::npos) {
      return fail(ErrorCode::invalid_argument, "a weight is written Fact=2", "权重的写法为 事实=2",
                  "--weight " + weight);
    }
    request.weights->insert_or_assign(weight.substr(0, at), JsonText{weight.substr(at + 1)});
  }
  return request;
}

/// A case of a file, and what came out otherwise than it says.
struct CaseAnswer {
  std::string where;
  std::string title;
  bool holds = false;
  std::vector<std::string> wrong;
};
BOOST_DESCRIBE_STRUCT(CaseAnswer, (), (where, title, holds, wrong))

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

}  // namespace

bool is_policy(const std::string& target) {
  return !target.ends_with(".dmn") && !fs::is_regular_file(target);
}

int policy_eval(const PolicyOptions& options, const Console& console) {
  return run(options, console, decide(options), [&](const hub::DecisionAnswer& answer) {
    if (console.json()) return 0;
    show_law(answer, console);
    show_outcome(answer, console);
    console.line(answer.value.text);
    note_assumed(answer.is_assumed, console);
    return 0;
  });
}

int policy_explain(const PolicyOptions& options, const Console& console) {
  return run(options, console, decide(options), [&](const hub::DecisionAnswer& answer) {
    if (console.json()) return 0;
    show_law(answer, console);
    show_outcome(answer, console);
    show_lines(answer.lines, options.is_whole, console);
    for (const hub::AssumptionAnswer& one : answer.assumptions) {
      console.line(fmt::format("{}{}: {}", console.choose("assumed: ", "假定："),
                               console.choose(one.label_en, one.label_zh),
                               console.choose(one.source_en, one.source_zh)));
    }
    return 0;
  });
}

void show_lines(const std::vector<hub::LineAnswer>& lines, bool is_whole, const Console& console) {
  bool is_cut = false;
  for (const hub::LineAnswer& line : lines) {
    if (!line.is_decisive && !is_whole) {
      is_cut = true;
      continue;
    }
    console.line(
        std::string(2 * line.depth, ' ').append(console.choose(line.text_en, line.text_zh)));
  }
  if (is_cut) {
    console.note("--whole shows the other rules and facts too", "加 --whole 可显示其余规则与事实");
  }
}

int policy_cases(const PolicyOptions& options, const Console& console) {
  return run(
      options, console,
      [&](const PolicyService& service, const std::string&) -> Result<std::vector<CaseAnswer>> {
        std::vector<CaseAnswer> answers;
        for (const fs::path& file : options.cases) {
          HQ_TRY(const std::string text, read_file(file));
          HQ_TRY(const auto cases, hub::read_cases(text, file.string()));
          for (const hub::TextCase& one : cases) {
            const auto wrong = hub::run_case(service, one, Instant(one.known_at));
            answers.push_back({one.where, one.title, wrong.empty(), wrong});
          }
        }
        return answers;
      },
      [&](const std::vector<CaseAnswer>& answers) {
        const auto holding = std::ranges::count(answers, true, &CaseAnswer::holds);
        const int code = std::cmp_equal(holding, answers.size()) ? 0 : 1;
        if (console.json()) return code;
        for (const CaseAnswer& one : answers) {
          for (const std::string& wrong : one.wrong) {
            console.line(fmt::format("{} {}: {}", one.where, one.title, wrong));
          }
        }
        console.line(fmt::format(
            fmt::runtime(console.choose("{} of {} cases hold", "{} 个用例符合（共 {} 个）")),
            holding, answers.size()));
        return code;
      });
}

int policy_check(const PolicyOptions& options, const Console& console) {
  const auto named = load(options);
  if (!named) return console.fail(named.error());
  std::vector<ProblemsOf> problems;
  const rules::Policy& policy = (*named->book->get(named->id))->policy;
  for (const rules::PolicyVersion& version : policy.versions) {
    problems.emplace_back(version.id, rules::problems_of(policy, version));
  }
  return show_problems(problems, console);
}

int policy_what_if(const PolicyOptions& options, const Console& console) {
  return run(
      options, console,
      [&](const PolicyService& service, const std::string& id) -> Result<hub::WhatIfAnswer> {
        HQ_TRY(const auto request, what_if_request(options, id));
        return service.what_if(request, now());
      },
      [&](const hub::WhatIfAnswer& answer) {
        if (console.json()) return 0;
        show_law(answer, console);
        console.line(console.choose(answer.text_en, answer.text_zh));
        note_assumed(answer.is_assumed, console);
        return 0;
      });
}

int policy_ask(const PolicyOptions& options, const Console& console) {
  return run(
      options, console,
      [&](const PolicyService& service, const std::string& id) -> Result<hub::AskAnswer> {
        HQ_TRY(const auto request, request_of<hub::AskRequest>(options, id));
        return service.ask(request, now());
      },
      [&](const hub::AskAnswer& answer) {
        if (console.json()) return 0;
        show_law(answer, console);
        console.line(console.choose(answer.text_en, answer.text_zh));
        for (const hub::FactAnswer& fact : answer.questions) {
          console.line(fmt::format("- {} ({})", console.choose(fact.question_en, fact.question_zh),
                                   fact.name));
        }
        note_assumed(answer.is_assumed, console);
        return 0;
      });
}

int policy_prove(const PolicyOptions& options, const Console& console) {
  return run(options, console, of_version(options, &PolicyService::prove),
             [&](const hub::ProofsAnswer& answer) {
               const bool is_clean = answer.is_complete && answer.findings.empty();
               if (console.json()) return is_clean ? 0 : 1;
               show_law(answer, console);
               show_findings(answer.findings, answer.is_complete, console);
               return is_clean ? 0 : 1;
             });
}

int policy_diff(const PolicyOptions& options, const Console& console) {
  return run(
      options, console,
      [&](const PolicyService& service, const std::string& id) -> Result<hub::DiffAnswer> {
        hub::DiffRequest request{options.from, options.to, std::nullopt};
        if (!options.population.empty()) {
          HQ_TRY(const JsonText text, read_json(options.population, ""));
          HQ_TRY(request.population, from_json<std::vector<JsonText>>(text.text));
        }
        return service.diff(id, request, now());
      },
      [&](const hub::DiffAnswer& answer) {
        if (console.json()) return 0;
        for (const hub::OutcomeChangeAnswer& one : answer.changes) {
          console.line("- " + std::string(console.choose(one.text_en, one.text_zh)));
        }
        if (answer.changes.empty()) console.line(console.choose("no difference", "没有差别"));
        if (!answer.is_complete) {
          console.line(console.choose("not all cases could be looked at", "未能检查全部情形"));
        }
        if (answer.population) {
          console.line(
              fmt::format(fmt::runtime(console.choose("the outcome changes for {} of {} ({})",
                                                      "{} 个（共 {} 个，{}）的结果改变")),
                          answer.population->changed, answer.population->size,
                          percent(answer.population->share)));
        }
        return 0;
      });
}

int policy_readiness(const PolicyOptions& options, const Console& console) {
  return run(options, console, of_version(options, &PolicyService::readiness),
             [&](const hub::ReadinessAnswer& answer) {
               if (console.json()) return 0;
               show_law(answer, console);
               console.line(console.choose(answer.text_en, answer.text_zh));
               std::vector<std::vector<std::string>> rows;
               for (const hub::OpenConditionAnswer& one : answer.conditions) {
                 rows.push_back({std::string(console.choose(one.label_en, one.label_zh)),
                                 boost::describe::enum_to_string(one.origin, ""),
                                 percent(one.share_with_data), percent(one.share_without)});
               }
               if (!rows.empty()) {
                 console.table({std::string(console.choose("condition", "条件")),
                                std::string(console.choose("origin", "来源")),
                                std::string(console.choose("with data", "有数据后")),
                                std::string(console.choose("without it", "取消后"))},
                               rows);
               }
               return 0;
             });
}

int policy_replay(const PolicyOptions& options, const Console& console) {
  const auto receipt = read_file(options.receipt);
  if (!receipt) return console.fail(receipt.error());
  return run(
      options, console,
      [&](const PolicyService& service, const std::string&) {
        return service.replay({{*receipt}}, now());
      },
      [&](const hub::ReplayAnswer& answer) {
        const int code = answer.is_same && answer.receipt_valid ? 0 : 1;
        if (console.json()) return code;
        for (const hub::CheckAnswer& check : answer.checks) {
          if (!check.reason_en) continue;
          console.line(fmt::format("- {}: {}", console.choose(check.title_en, check.title_zh),
                                   console.choose(*check.reason_en, *check.reason_zh)));
        }
        if (answer.receipt_valid) {
          console.line(
              fmt::format(fmt::runtime(console.choose("the receipt is signed as it is, by {}",
                                                      "回执签名有效，签发者 {}")),
                          answer.issuer.value_or("")));
        }
        for (const hub::ReplayDifference& one : answer.differences) {
          console.line(fmt::format("- {}: {} -> {}", one.field, one.receipt.text, one.now.text));
        }
        if (answer.reason_en) {
          console.line(console.choose(*answer.reason_en, *answer.reason_zh));
        } else {
          console.line(answer.is_same
                           ? console.choose("the decision comes out the same", "决定结果相同")
                           : console.choose("the decision comes out otherwise", "决定结果不同"));
        }
        return code;
      });
}

}  // namespace hq::cli
