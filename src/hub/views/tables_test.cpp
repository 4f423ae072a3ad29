// Each table, and each view over them, against what the services say.
#include <algorithm>
#include <fstream>

#include "base/file.h"
#include "hub/ledger/ledger_json.h"
#include "hub/views/database_testing.h"
#include "hub/views/detail/cell.h"
#include "hub/views/views.h"
#include "hub/views/views_testing.h"
#include "log/memory_log.h"

namespace hq::hub {
namespace {

using log::TestPostgres;
using views::Dialect;
using Rows = std::vector<TestDatabase::TextRow>;

class Tables : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    if (GetParam() == Dialect::postgres) HQ_REQUIRE_POSTGRES();
    database_ = std::make_unique<TestDatabase>(GetParam());
    hub_.work(900);
    const auto built = Views::open(database_->place(), {.rows_per_transaction = 100}).value();
    const auto folded = built->fold(log_);
    ASSERT_TRUE(folded) << folded.error().text();
  }

  /// The rows in any order: both sides sorted.
  void expect_rows(const std::string& sql, Rows expected) const {
    Rows found = database_->rows(sql);
    std::ranges::sort(found);
    std::ranges::sort(expected);
    ASSERT_FALSE(expected.empty()) << sql;
    EXPECT_EQ(found, expected) << sql;
  }

  template <class Read>
  void with_ledger(const Read& read) const {
    hub_.ledger.read(
        [&](const ledger::Ledger& ledger, const LedgerExtent& extent) { read(ledger, extent); });
  }

  static std::string text(const std::optional<Decimal>& number) {
    return number ? number->text() : "-";
  }
  template <class T>
  static std::string whole(const std::optional<T>& number) {
    return number ? std::to_string(*number) : "-";
  }
  static std::string time(Instant instant) {
    return views::time_text(instant.time_since_epoch().count());
  }
  template <class FlagSet>
  static std::string flags(FlagSet set) {
    std::string names = to_json(set);
    std::erase_if(names, [](char c) { return c == '"' || c == '[' || c == ']'; });
    std::ranges::replace(names, ',', '|');
    return names;
  }
  static void add(TestDatabase::TextRow& row, const ledger::Balances& balances) {
    for (const auto n : {balances.debits_pending, balances.debits_posted, balances.credits_pending,
                         balances.credits_posted}) {
      row.push_back(ledger::to_text(n));
    }
  }
  std::optional<Asset> asset(uint32_t number) const { return hub_.assets.find(number); }

  log::MemoryLog log_;
  RandomHub hub_{log_, 1};
  std::unique_ptr<TestDatabase> database_;
};

TEST_P(Tables, show_every_commit) {
  Rows expected;
  ASSERT_TRUE(log_.read(1, [&](const log::Commit& c) {
    expected.push_back({std::to_string(c.seq), time(c.time), views::storable(c.actor),
                        c.organisation, c.command_id, c.type, c.reply, to_hex(c.hash)});
    return true;
  }));
  expect_rows("SELECT seq, " + database_->time("time") +
                  ", actor, organisation, command_id, type, reply, hash FROM commits",
              expected);
  const log::Head head = log_.last().value();
  expect_rows("SELECT format, seq, hash, " + database_->time("time") + " FROM as_of",
              {{"1", std::to_string(head.seq), to_hex(head.hash), time(head.time)}});
}

TEST_P(Tables, show_the_timetables) {
  Rows expected;
  for (const TimetableAnswer& t : hub_.timetables.list()) {
    if (t.seq == 0) continue;
    expected.push_back({t.id, t.name, boost::describe::enum_to_string(t.kind, ""), t.title.zh,
                        t.title.en, std::to_string(t.stops), std::to_string(t.trips),
                        std::to_string(t.stop_times), format_date(t.first_day),
                        format_date(t.last_day), t.caveat.zh, t.caveat.en, t.active ? "1" : "0",
                        time(t.imported_at.value()), std::to_string(t.seq)});
  }
  expect_rows(
      "SELECT id, name, kind, title_zh, title_en, stops, trips, stop_times, first_day, "
      "last_day, caveat_zh, caveat_en, " +
          database_->flag("active") + ", " + database_->time("imported_at") +
          ", commit_seq FROM timetables",
      expected);
}

TEST_P(Tables, show_the_assets) {
  Rows expected;
  std::vector<Asset> assets = currencies_as_assets();
  for (const Asset& described : hub_.assets.described()) assets.push_back(described);
  for (const Asset& a : assets) {
    expected.push_back({std::to_string(a.asset), a.code, std::to_string(a.exponent),
                        a.name ? a.name->zh : "-", a.name ? a.name->en : "-"});
  }
  EXPECT_TRUE(asset(RandomHub::kOwnAsset).has_value());
  expect_rows("SELECT asset, code, exponent, name_zh, name_en FROM assets", expected);
}

TEST_P(Tables, show_the_accounts_with_their_balances) {
  Rows expected;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    for (uint32_t i = 0; i < extent.accounts; ++i) {
      const ledger::Account account = ledger.account_at(i);
      const AccountAnswer a = answer_of(account);
      auto& row = expected.emplace_back(
          TestDatabase::TextRow{a.id.text(), std::to_string(a.asset), std::to_string(a.kind),
                                flags(a.flags), text(a.reference), time(a.time)});
      add(row, account.balances);
    }
  });
  expect_rows("SELECT id, asset, kind, flags, reference, " + database_->time("opened_at") +
                  ", debits_pending, debits_posted, credits_pending, credits_posted "
                  "FROM ledger_accounts",
              expected);
}

TEST_P(Tables, show_every_record_of_the_ledger) {
  Rows expected;
  std::map<std::string, int> states;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    for (uint32_t i = 0; i < extent.records; ++i) {
      const TransferAnswer t = transfer_answer(ledger, i, extent.records);
      std::string state = "-";
      if (t.state) state = boost::describe::enum_to_string(*t.state, "");
      ++states[state];
      std::string expires = "-";
      if (t.timeout_s) expires = time(t.time + std::chrono::seconds(*t.timeout_s));
      expected.push_back({std::to_string(i), text(t.id), std::to_string(t.commit), time(t.time),
                          text(t.debit_account), text(t.credit_account), whole(t.asset),
                          t.amount.text(), whole(t.code), flags(t.flags), text(t.reference),
                          text(t.note), whole(t.timeout_s), expires, text(t.pending_id), state});
    }
  });
  expect_rows("SELECT record, id, commit_seq, " + database_->time("time") +
                  ", debit_account, credit_account, asset, amount, code, flags, reference, note, "
                  "timeout_s, " +
                  database_->time("expires_at") + ", pending_id, state FROM ledger_transfers",
              expected);
  // The work is of every kind, or it shows little.
  for (const char* state : {"-", "pending", "posted", "voided", "expired"}) {
    EXPECT_GT(states[state], 3) << state;
  }
}

TEST_P(Tables, name_the_record_that_ended_a_pending_one) {
  // Whoever ended it names it, says so in its flags, and asks for no chain but is a part of it.
  EXPECT_EQ(database_->value("SELECT count(*) FROM ledger_transfers WHERE state <> 'pending' AND "
                             "ended_by IS NULL"),
            "0");
  EXPECT_EQ(database_->value("SELECT count(*) FROM ledger_transfers WHERE ended_by IS NOT NULL AND "
                             "(state IS NULL OR state = 'pending')"),
            "0");
  const std::string pairs =
      "SELECT count(*) FROM ledger_transfers p JOIN ledger_transfers e ON e.record = p.ended_by";
  EXPECT_NE(database_->value(pairs), "0");
  EXPECT_EQ(database_->value(pairs +
                             " WHERE e.pending_id <> p.id OR e.debit_account <> p.debit_account OR "
                             "(p.state = 'posted') <> (e.flags LIKE '%post%') OR "
                             "(p.state = 'expired') <> (e.flags LIKE '%expired%')"),
            "0");
  const std::string chains = " WHERE e.flags LIKE '%whole_chain%'";
  EXPECT_NE(database_->value(pairs + chains), "0");
  EXPECT_EQ(database_->value(pairs + chains + " AND e.id IS NOT NULL"), "0");
}

TEST_P(Tables, show_the_balances_after_each_transfer_and_statements_of_them) {
  Rows entries;
  Rows statements;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    for (uint32_t i = 0; i < extent.accounts; ++i) {
      const ledger::Uint128 id = ledger.account_at(i).id;
      ledger.statement(id, {}, [&](const ledger::StatementRow& row) {
        const StatementRowAnswer answer = row_answer(ledger, id, row, extent.records);
        const bool is_debit = answer.side == Side::debit;
        const TransferAnswer& t = answer.transfer;
        const auto known = asset(*t.asset);
        auto& entry = entries.emplace_back(TestDatabase::TextRow{
            ledger::to_text(id), std::to_string(row.record), is_debit ? "debit" : "credit"});
        add(entry, row.after);
        auto& line = statements.emplace_back(TestDatabase::TextRow{
            ledger::to_text(id), std::to_string(row.record), std::to_string(t.commit),
            is_debit ? "debit" : "credit", text(t.id),
            text(is_debit ? t.credit_account : t.debit_account), t.amount.text(),
            known ? known->code : "-", whole(t.code), text(t.reference)});
        add(line, row.after);
        return true;
      });
    }
  });
  expect_rows(
      "SELECT account, record, side, debits_pending, debits_posted, credits_pending, "
      "credits_posted FROM ledger_entries",
      entries);
  expect_rows(
      "SELECT account, record, commit_seq, side, transfer_id, other_account, amount, "
      "asset_code, code, reference, debits_pending, debits_posted, credits_pending, "
      "credits_posted FROM statement",
      statements);
}

TEST_P(Tables, show_the_limits_and_their_weights) {
  Rows limits;
  Rows weights;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    for (uint32_t i = 0; i < extent.limits; ++i) {
      const LimitAnswer l = limit_answer(ledger.limit(i), extent.limit_use(ledger, i));
      limits.push_back({l.id.text(), l.value, l.use, boost::describe::enum_to_string(l.side, ""),
                        boost::describe::enum_to_string(l.window, ""), whole(l.span_s),
                        whole(l.utc_offset_s), l.window_begin ? time(*l.window_begin) : "-",
                        l.window_end ? time(*l.window_end) : "-"});
      for (const LimitWeightText& w : l.weights) {
        weights.push_back({l.id.text(), w.account.text(), std::to_string(w.weight)});
      }
    }
  });
  expect_rows("SELECT id, value, use, side, window_kind, span_s, utc_offset_s, " +
                  database_->time("window_begin") + ", " + database_->time("window_end") +
                  " FROM ledger_limits",
              limits);
  expect_rows("SELECT limit_id, account, weight FROM ledger_limit_weights", weights);
}

TEST_P(Tables, sum_up_to_the_trial_balance) {
  Rows expected;
  // In SQLite what passes 63 bits is NULL: a sum, or an amount in it.
  constexpr ledger::Uint128 kFits = INT64_MAX;
  const auto fits = [&](const auto member, uint32_t of) {
    bool all = true;
    with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
      for (uint32_t i = 0; i < extent.accounts; ++i) {
        const ledger::Account account = ledger.account_at(i);
        all &= account.asset != of || account.balances.*member <= kFits;
      }
    });
    return GetParam() == Dialect::postgres || all;
  };
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent&) {
    for (const ledger::TrialBalance& sum : ledger.trial_balance()) {
      const auto known = asset(sum.asset);
      auto& row = expected.emplace_back(TestDatabase::TextRow{
          std::to_string(sum.asset), known ? known->code : "-", std::to_string(sum.accounts)});
      for (const auto member :
           {&ledger::Balances::debits_pending, &ledger::Balances::debits_posted,
            &ledger::Balances::credits_pending, &ledger::Balances::credits_posted}) {
        row.push_back(fits(member, sum.asset) ? ledger::to_text(sum.sums.*member) : "-");
      }
    }
  });
  expect_rows("SELECT * FROM trial_balance", expected);
}

TEST_P(Tables, list_what_is_pending) {
  Rows expected;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    for (uint32_t i = 0; i < extent.accounts; ++i) {
      const auto add = [&](const ledger::StatementRow& pending) {
        const TransferAnswer t = transfer_answer(ledger, pending.record, extent.records);
        const auto known = asset(*t.asset);
        const TestDatabase::TextRow row = {
            std::to_string(pending.record),
            text(t.id),
            text(t.debit_account),
            text(t.credit_account),
            t.amount.text(),
            known ? major_text(t.amount.value, known->exponent) : "-"};
        if (std::ranges::find(expected, row) == expected.end()) expected.push_back(row);
        return true;
      };
      ledger.statement(ledger.account_at(i).id, {.pending_at = extent.records}, add);
    }
  });
  expect_rows(
      "SELECT record, id, debit_account, credit_account, amount, amount_major "
      "FROM open_pendings",
      expected);
}

TEST_P(Tables, give_amounts_in_major_units) {
  Rows balances;
  Rows transfers;
  with_ledger([&](const ledger::Ledger& ledger, const LedgerExtent& extent) {
    const auto major = [&](ledger::Uint128 amount, uint32_t of) {
      const auto known = asset(of);
      return known ? major_text(amount, known->exponent) : "-";
    };
    for (uint32_t i = 0; i < extent.accounts; ++i) {
      const ledger::Account a = ledger.account_at(i);
      const auto known = asset(a.asset);
      balances.push_back(
          {ledger::to_text(a.id), known ? known->code : "-",
           major(a.balances.debits_pending, a.asset), major(a.balances.debits_posted, a.asset),
           major(a.balances.credits_pending, a.asset), major(a.balances.credits_posted, a.asset)});
    }
    for (uint32_t i = 0; i < extent.records; ++i) {
      const ledger::Transfer& t = ledger.transfers()[i];
      transfers.push_back({std::to_string(i), major(t.amount, t.asset)});
    }
  });
  expect_rows("SELECT * FROM balances_in_major_units", balances);
  expect_rows("SELECT record, amount FROM transfers_in_major_units", transfers);
}

INSTANTIATE_TEST_SUITE_P(Both, Tables, testing::Values(Dialect::sqlite, Dialect::postgres),
                         [](const auto& one) {
                           return one.param == Dialect::sqlite ? "sqlite" : "postgres";
                         });

TEST(TablesOfSqlite, keep_what_fits_as_integers_and_the_rest_as_digits) {
  log::MemoryLog log;
  RandomHub hub(log, 3);
  hub.work(300);
  TestDatabase database(Dialect::sqlite);
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(log));
  const Rows types =
      database.rows("SELECT DISTINCT typeof(id), length(id) > 18 FROM ledger_accounts ORDER BY 1");
  EXPECT_EQ(types, (Rows{{"integer", "0"}, {"text", "1"}}));
}

TEST(TablesOfSqlite, add_up_to_the_last_of_63_bits_and_say_null_beyond) {
  log::MemoryLog log;
  RandomHub hub(log, 4);
  std::vector<ledger::Account> accounts;
  for (uint64_t n = 1; n <= 4; ++n) accounts.push_back({.id = n, .asset = 156, .kind = 1});
  ASSERT_TRUE(hub.send("ledger.open", to_bytes(accounts)));
  constexpr ledger::Uint128 kMost = INT64_MAX;
  std::vector<ledger::Transfer> transfers = {
      {.id = 1,
       .debit_account = 1,
       .credit_account = 2,
       .amount = kMost - 5,
       .asset = 156,
       .code = 1},
      {.id = 2, .debit_account = 3, .credit_account = 4, .amount = 5, .asset = 156, .code = 1}};
  ASSERT_TRUE(hub.send("ledger.transfer", to_bytes(transfers)));
  TestDatabase database(Dialect::sqlite);
  const std::string sum = "SELECT debits_posted FROM trial_balance";
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(log));
  EXPECT_EQ(database.value(sum), std::to_string(INT64_MAX));
  transfers = {
      {.id = 3, .debit_account = 3, .credit_account = 4, .amount = 1, .asset = 156, .code = 1}};
  ASSERT_TRUE(hub.send("ledger.transfer", to_bytes(transfers)));
  ASSERT_TRUE(Views::open(database.place(), {}).value()->fold(log));
  EXPECT_EQ(database.value(sum), "-");
}

TEST(TablesOfPostgres, carry_their_descriptions) {
  HQ_REQUIRE_POSTGRES();
  TestDatabase database(Dialect::postgres);
  ASSERT_TRUE(Views::open(database.place(), {}));
  EXPECT_EQ(database.value("SELECT obj_description('hongqiao_views.as_of'::regclass)"),
            fmt::format("{} / {}", views::kAsOf.en, views::kAsOf.zh));
  EXPECT_EQ(
      database.value("SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = "
                     "a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                     "n.nspname = 'hongqiao_views' AND c.relkind IN ('r', 'v') AND attnum > 0 "
                     "AND col_description(c.oid, attnum) IS NULL"),
      "0");
}

TEST(TablesDocument, describes_each_table_and_column_in_both_languages) {
  const std::string document =
      read_file(std::filesystem::path(HQ_SOURCE_DIR) / "docs/format/views.md").value();
  const auto expect_row = [&](const char* name, const char* en, const char* zh) {
    const std::string row = fmt::format("| {} | {} |", en, zh);
    const std::size_t at = document.find(row);
    EXPECT_NE(at, std::string::npos) << name << ": " << row;
  };
  const auto expect_section = [&](const auto& table) {
    const std::size_t begin = document.find(fmt::format("### `{}`", table.name));
    ASSERT_NE(begin, std::string::npos) << table.name;
    const std::size_t end = document.find("\n### ", begin);
    const std::string section = document.substr(begin, end - begin);
    EXPECT_NE(section.find(table.en), std::string::npos) << table.en;
    EXPECT_NE(section.find(table.zh), std::string::npos) << table.zh;
    for (const views::Column& column : table.columns) {
      EXPECT_NE(section.find(fmt::format("\n| `{}` |", column.name)), std::string::npos)
          << table.name << "." << column.name;
      expect_row(column.name, column.en, column.zh);
    }
  };
  for (const views::Table* table : views::tables()) expect_section(*table);
  for (const views::SqlView& view : views::sql_views()) expect_section(view);
}

TEST(Cell, writes_times_as_long_as_they_always_are) {
  EXPECT_EQ(views::time_text(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(views::time_text(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(views::time_text(1'795'500'000'000'001), "2026-11-24T06:00:00.000001Z");
}

TEST(Cell, takes_text_that_is_none_as_far_as_it_goes) {
  EXPECT_TRUE(views::is_storable("虹桥 ok"));
  EXPECT_FALSE(views::is_storable(std::string_view("a\0b", 3)));
  EXPECT_EQ(views::storable(std::string_view("a\0\xFF虹", 6)), "a\uFFFD\uFFFD虹");
}

TEST(Cell, writes_numbers_down_to_the_least) {
  views::Row row;
  row.signed_number(-5).signed_number(static_cast<ledger::Int128>(ledger::Uint128{1} << 127));
  EXPECT_EQ(views::number_text(row.cells()[0]), "-5");
  EXPECT_EQ(views::number_text(row.cells()[1]), "-170141183460469231731687303715884105728");
}

}  // namespace
}  // namespace hq::hub
