// Parsing: one run of the parser over one text; internal to the parser (parser.cpp, parse_*.cpp).
//
// A Pratt parser. It keeps the current token and the names that the text itself binds. Three places
// are tried one way and, where that fails, read another: `]a..b[` against a filter, `in (...)`
// against an operand, and not(...) at the start of unary tests. Lives for one call; one thread.
//
//   Parsing parsing("a + 1", names);
//   HQ_TRY(const ExpressionPtr tree, parsing.whole_expression());
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/lexer.h"
#include "rules/feel/parser.h"

namespace hq::rules {

using NameSet = std::set<std::string, std::less<>>;

/// Names of built-in functions and types that are more than one word, and so have to be known.
const NameSet& built_in_names();
/// Properties of built-in values that are more than one word: "time offset".
const NameSet& built_in_members();

struct FoundName {
  std::string name;  // normalised
  uint32_t end = 0;  // in the text
};

/// The longest name of `sets` that the text has at `position`. It ends where a part of a name does.
std::optional<FoundName> longest_name(std::string_view text, uint32_t position,
                                      std::span<const NameSet* const> sets);

/// Names that the text binds: iterators, parameters, entries of contexts. Innermost last.
class LocalNames {
 public:
  void add(std::string name);
  std::size_t size() const { return added_.size(); }
  /// Forgets all but the first `size`.
  void shrink(std::size_t size);
  const NameSet& names() const { return names_; }

 private:
  struct Added {
    std::string name;
    bool is_first;  // the name was not bound further out
  };
  std::vector<Added> added_;
  NameSet names_;
};

class Parsing {
 public:
  Parsing(std::string_view text, const Names& names);

  Result<ExpressionPtr> whole_expression();
  Result<ExpressionPtr> whole_tests();
  Result<TypeExpression> whole_type();

 private:
  /// Where reading can be taken up again.
  struct Mark {
    Token token;
    uint32_t last_end;
    std::size_t locals;
  };
  /// What was looked for, for messages.
  struct Words {
    std::string_view en;
    std::string_view zh;
  };
  /// The state that brackets begin anew: within them no bracket ends an interval outside.
  class Brackets {
   public:
    explicit Brackets(Parsing& parsing, bool may_close = false)
        : parsing_(parsing), before_(parsing.may_close_by_bracket_) {
      parsing_.may_close_by_bracket_ = may_close;
    }
    Brackets(const Brackets&) = delete;
    Brackets& operator=(const Brackets&) = delete;
    ~Brackets() { parsing_.may_close_by_bracket_ = before_; }

   private:
    Parsing& parsing_;
    bool before_;
  };
  /// Counts up while it lives.
  class Counted {
   public:
    explicit Counted(uint32_t& count) : count_(count) { ++count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --count_; }

   private:
    uint32_t& count_;
  };
  /// How an operator is read: its node, and how tightly it binds.
  struct Operator {
    Kind kind;
    int level;
  };

  // parser.cpp
  Result<> check_text() const;
  Result<> expect_end() const;
  Result<ExpressionPtr> expression() { return binary(0); }
  Result<ExpressionPtr> binary(int level_min);
  Result<ExpressionPtr> right_side(Operator found, Expression node);
  Result<ExpressionPtr> between(Expression node);
  Result<> check_nesting();
  Result<ExpressionPtr> prefix();
  Result<ExpressionPtr> postfix();
  Result<ExpressionPtr> member(Expression node);
  Result<ExpressionPtr> filter(Expression node);
  bool closes_interval();
  Result<ExpressionPtr> call(Expression node);
  Result<ExpressionPtr> argument();
  std::optional<Operator> infix_operator() const;

  // parse_operands.cpp
  Result<ExpressionPtr> operand();
  Result<ExpressionPtr> word();
  Result<ExpressionPtr> name();
  Result<ExpressionPtr> literal(Kind kind);
  Result<ExpressionPtr> text_literal(Kind kind);
  Result<ExpressionPtr> in_parens();
  Result<ExpressionPtr> in_brackets();
  Result<ExpressionPtr> interval(Expression node);
  Result<> high_end(Expression& node);
  Result<ExpressionPtr> missing_end() const;
  Result<ExpressionPtr> context();
  Result<ExpressionPtr> entry();
  bool is_operand_next() const;

  // parse_blocks.cpp
  Result<ExpressionPtr> conditional();
  Result<ExpressionPtr> loop(Kind kind);
  Result<ExpressionPtr> iterator(bool may_count);
  Result<ExpressionPtr> function();
  Result<ExpressionPtr> parameter();

  // parse_tests.cpp
  Result<ExpressionPtr> test();
  Result<ExpressionPtr> unary_compare();
  Result<> test_list(Expression& node);
  Result<ExpressionPtr> in_tests(Expression node);
  Result<bool> tests_in_parens(Expression& node);
  Result<std::optional<ExpressionPtr>> negated_tests();
  bool is_compare() const;

  // parse_types.cpp
  Result<TypeExpression> type();
  Result<> type_list(TypeExpression& type);
  Result<> member_types(TypeExpression& type);
  Result<> close_types();
  Result<std::string> type_name();

  // parsing.cpp
  bool is(TokenKind kind) const { return token_.kind == kind; }
  bool is_word(std::string_view word) const;
  std::string_view spelling() const;
  void advance();
  void move_to(uint32_t position);
  bool take(TokenKind kind);
  bool take_word(std::string_view word);
  Result<> expect(TokenKind kind, std::string_view sign);
  Result<> expect_word(std::string_view word);
  Mark mark() const { return {token_, last_end_, locals_.size()}; }
  void back_to(const Mark& mark);
  std::optional<FoundName> known_name() const;
  std::optional<FoundName> known_member() const;
  /// The name that is given here, from the current token on, up to what is no name, or up to the
  /// word `stop`.
  std::optional<FoundName> new_name(std::string_view stop = {}) const;
  Result<std::string> declared_name(const Words& what, std::string_view stop = {});
  Result<ExpressionPtr> finish(Expression node) const;
  /// A node that begins with the current token, or at `begin`, perhaps with its first part.
  Expression begun(Kind kind) const;
  static Expression begun(Kind kind, uint32_t begin, ExpressionPtr first);
  std::unexpected<Error> expected(std::string_view en, std::string_view zh) const;
  std::unexpected<Error> failed_at(uint32_t position, ErrorCode code, std::string en,
                                   std::string zh) const;
  std::string place(uint32_t position) const;

  std::string_view text_;
  const Names& names_;
  Token token_;
  uint32_t last_end_ = 0;  // of the token before
  LocalNames locals_;
  NameSet members_;  // keys of contexts in the text
  uint32_t nesting_ = 0;
  uint32_t filters_ = 0;  // that stand around: members are names there
  std::size_t reads_ = 0;
  bool may_close_by_bracket_ = false;  // within `..b[`: a bracket may be the end of the interval
};

}  // namespace hq::rules
