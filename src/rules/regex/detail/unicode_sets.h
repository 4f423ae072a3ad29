// The sets of code points that XSD and XPath name: categories, blocks, XML names, case variants.
//
// All but the XML names come from ICU's tables, which are read once, at the first call (some 10
// ms), and stay for the life of the process. Safe on any thread.
//
//   const CodePointSet* upper = general_category("Lu");   // null where there is no such category
//   with_case_variants(CodePointSet::of('k'));            // k, K and U+212A KELVIN SIGN
#pragma once

#include <optional>
#include <string_view>

#include "rules/regex/detail/code_point_set.h"

namespace hq::rules {

/// "L", "Lu", "Nd" and so on; not "Cs", which XSD leaves out. Null where there is none.
const CodePointSet* general_category(std::string_view name);

/// A block by its XSD 1.1 name without "Is": "BasicLatin", "Latin-1Supplement". XSD 1.0's older
/// names are known too ("Greek", "CombiningMarksforSymbols", "PrivateUse").
std::optional<CodePointSet> block(std::string_view name);

const CodePointSet& decimal_digits();   // \d
const CodePointSet& word_characters();  // \w: all but punctuation, separators, others
const CodePointSet& blanks();           // \s: space, tab, line feed, carriage return
const CodePointSet& name_starts();      // \i: NameStartChar of XML, and the colon
const CodePointSet& name_characters();  // \c: NameChar of XML

/// `set` and every code point that has the same fn:lower-case or the same fn:upper-case as one of
/// it (F&O 3.1, 5.6.1.1, flag i). The relation is not transitive.
CodePointSet with_case_variants(const CodePointSet& set);
bool are_case_variants(char32_t a, char32_t b);

}  // namespace hq::rules
